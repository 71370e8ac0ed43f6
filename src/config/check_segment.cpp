#include "config/check_segment.hpp"

#include <algorithm>
#include <ranges>

#include "config/check_peers.hpp"
#include "config/uniqueness.hpp"

namespace vxtap::config {
namespace {

void check_present(const SegmentDraft& draft) {
  if (!draft.vni.source) draft.source.fail("has no vni; add `vni: NUMBER`");
  if (!draft.tap.source) {
    draft.source.fail("has no tap; add `tap: NAME`");
  } else if (draft.tap.source->node().kind == Node::Kind::kMap && !draft.tap.name) {
    draft.tap.source->fail("has no name; add `name: NAME`");
  }
  if (!draft.underlay.local)
    draft.source.fail("has no underlay.local; give this VTEP's address there or in the file's `underlay:`");
}

void check_accept(const UnderlayDraft& underlay) {
  const VtepAddress& local = underlay.values.local;
  if (local.is_unspecified()) return;
  for (std::size_t i = 0; i < underlay.prefixes.size(); ++i) {
    const VtepAddress& address = underlay.values.accept.prefixes[i].address;
    const Value& source = underlay.prefixes[i];
    if (address.is_v4() == local.is_v4()) continue;
    source.fail(quote(source.node().text) + " is " + std::string(family_of(address)) +
                " but underlay.local " + local.to_string() + " is " + std::string(family_of(local)) +
                "; use one family");
  }
}

/// What each key allows by itself and the kernel refuses together.
void check_combinations(const SegmentDraft& draft) {
  const Underlay& underlay = draft.underlay.values;
  if (!underlay.udp_checksum && underlay.source_port.first == underlay.port &&
      underlay.source_port.last == underlay.port)
    draft.source.fail("has udp_checksum off and sends from its listening port " +
                      std::to_string(underlay.port) +
                      ", which also serves segments with checksums; give it another source_port");
  const Tap& tap = draft.tap.values;
  constexpr std::uint32_t kLeastIpv6Mtu = 1280;  // RFC 8200 section 5
  const bool v6 = std::ranges::any_of(tap.addresses, [](const auto& one) { return !one.address.is_v4(); });
  if (v6 && tap.mtu && *tap.mtu < kLeastIpv6Mtu)
    draft.tap.source->fail("has an IPv6 address and mtu " + std::to_string(*tap.mtu) +
                           "; IPv6 needs at least 1280");
}

}  // namespace

void complete_scope(UnderlayDraft& underlay) {
  Underlay& values = underlay.values;
  if (!values.local.is_link_local() || !values.scope.empty()) return;
  if (values.device.empty())
    underlay.local->fail(quote(underlay.local->node().text) + " is link-local; write its interface too, as " +
                         values.local.to_string() + "%eth0");
  values.scope = values.device;
}

Segment check_segment(const SegmentDraft& draft) {
  check_present(draft);
  check_accept(draft.underlay);
  check_combinations(draft);
  Segment segment;
  segment.vni = draft.vni.value.value_or(Vni());
  segment.name = draft.name.value.empty() ? default_name(segment.vni) : draft.name.value;
  segment.peers = check_peers(draft);
  segment.fdb = draft.fdb.values;
  segment.fdb.static_entries = check_static_entries(draft);
  segment.underlay = draft.underlay.values;
  segment.tap = draft.tap.values;
  segment.position = draft.source.position();
  return segment;
}

}  // namespace vxtap::config
