#include "config/check_segment.hpp"

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
