#include "config/check_segment.hpp"

#include <algorithm>
#include <ranges>

#include "config/check_peers.hpp"

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

/// The field is IPv6's (RFC 6437). An inherited one is refused as well: the segment can say auto.
void check_flow_label(const UnderlayDraft& underlay) {
  const VtepAddress& local = underlay.values.local;
  if (!underlay.values.flow_label || local.is_unspecified() || !local.is_v4()) return;
  underlay.flow_label->fail(quote(underlay.flow_label->node().text) + " is for IPv6 but underlay.local " +
                            local.to_string() + " is IPv4, which has no flow label; write auto");
}

void check_neighbours(const SegmentDraft& draft) {
  const auto& source = draft.neighbours.source;
  if (draft.neighbour_suppression || !source || source->node().items.empty()) return;
  source->reporter().warning(source->position(),
                             source->path() +
                                 " are not answered for without neighbour_suppression; set it to true, or "
                                 "leave them out");
}

}  // namespace

void complete_device(UnderlayDraft& underlay) {
  Underlay& values = underlay.values;
  if (const auto& required = underlay.require_device) {
    const std::string& name = required->node().text;
    if (!values.device.empty() && values.device != name)
      required->fail(quote(name) + " is not the device " + values.device +
                     ", to which the sockets are bound; leave one of them out");
    values.device = name;
  }
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
  check_flow_label(draft.underlay);
  check_neighbours(draft);
  Segment segment;
  segment.peers = check_peers(draft);
  segment.fdb = draft.fdb.values;
  segment.fdb.static_entries = check_static_entries(draft);
  segment.underlay = draft.underlay.values;
  segment.tap = draft.tap.values;
  segment.storm_control = draft.storm_control;
  segment.neighbour_suppression = draft.neighbour_suppression;
  segment.neighbours = draft.neighbours.values;
  segment.multicast_snooping = draft.multicast_snooping;
  segment.position = draft.source.position();
  segment.where = draft.keys;
  return segment;
}

}  // namespace vxtap::config
