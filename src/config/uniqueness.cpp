#include "config/uniqueness.hpp"

#include "config/expansion.hpp"

namespace vxtap::config {
namespace {

std::string line_of(Position position) {
  return "line " + std::to_string(position.line);
}

}  // namespace

void Uniqueness::add(const SegmentDraft& draft) {
  add_names(draft);
  add_endpoints(draft);
  add_attachments(draft);
  add_settings(draft);
}

void Uniqueness::add_names(const SegmentDraft& draft) {
  const bool given = !draft.name.value.empty();
  if (!given && (draft.name.source || !draft.vni.value)) return;
  const Value& source = given ? *draft.name.source : draft.source;
  bool reported = false;
  for (std::size_t i = 0; i < count_of(draft); ++i) {
    const std::string name = name_at(draft, i);
    const auto [first, is_new] = names_.try_emplace(name, FirstName{given, source.position()});
    if (reported || is_new || (!given && !first->second.given)) continue;
    reported = true;
    source.fail((given ? "" : "name ") + quote(name) + " is taken by the segment of " +
                line_of(first->second.position) + "; give it another name");
  }
}

std::optional<Position> Uniqueness::occupy(const Endpoint& endpoint, const Value& vni,
                                           const std::string& device) {
  auto& devices = endpoints_[endpoint];
  auto first = devices.find(device);
  if (first == devices.end()) first = devices.find("");
  if (first == devices.end() && device.empty()) first = devices.begin();
  if (first != devices.end()) return first->second;
  devices.emplace(device, vni.position());
  return std::nullopt;
}

void Uniqueness::add_endpoints(const SegmentDraft& draft) {
  const Underlay& underlay = draft.underlay.values;
  if (!draft.vni.value || underlay.local.is_unspecified()) return;
  const Value& source = *draft.vni.source;
  bool reported = false;
  for (std::size_t i = 0; i < count_of(draft); ++i) {
    const Vni vni = vni_at(draft, i);
    const auto first = occupy({vni, underlay.local, underlay.port, underlay.scope}, source, underlay.device);
    if (reported || !first) continue;
    reported = true;
    source.fail(std::to_string(vni.value()) + " is already on " +
                to_string(Remote{underlay.local, underlay.port}) + " by " + line_of(*first) +
                "; use another VNI, port or local address");
  }
  if (!reported) add_sockets(draft);
}

/// Only the host knows whether the device is a VRF.
void Uniqueness::add_sockets(const SegmentDraft& draft) {
  const Underlay& underlay = draft.underlay.values;
  const bool binds = !underlay.device.empty();
  auto& [bound, unbound, device] = sockets_[{underlay.local, underlay.port}];
  auto& mine = binds ? bound : unbound;
  if (mine) return;
  const Value& source = *draft.vni.source;
  mine = source.position();
  if (binds) device = underlay.device;
  const auto& other = binds ? unbound : bound;
  if (!other) return;
  const std::string to = "bound to " + quote(device), to_none = "to no device";
  source.reporter().warning(source.position(),
                            to_string(Remote{underlay.local, underlay.port}) + " is " +
                                (binds ? to : "bound " + to_none) + " here, and " + (binds ? to_none : to) +
                                " by " + line_of(*other) + ": vxtapd does not start with that unless " +
                                quote(device) +
                                " is a VRF, as one of them would hear nothing; give both a "
                                "`device`, or use another port or local address");
}

void Uniqueness::add_attachments(const SegmentDraft& draft) {
  const std::string& tap = draft.tap.values.name;
  if (tap.empty() || (draft.vlan.source && !draft.vlan.value)) return;
  const Value& source = *draft.tap.name;
  bool reported = false;
  for (std::size_t i = 0; i < count_of(draft); ++i) {
    const auto vlan = vlan_at(draft, i);
    const auto [first, is_new] = attachments_.try_emplace({tap, vlan}, source.position());
    if (reported || is_new) continue;
    reported = true;
    source.fail(quote(tap) + (vlan ? " with vlan " + std::to_string(*vlan) : "") +
                " is taken by the segment of " + line_of(first->second) +
                "; give each segment a TAP or a vlan of its own");
  }
}

void Uniqueness::add_settings(const SegmentDraft& draft) {
  const Tap& tap = draft.tap.values;
  if (tap.name.empty() || draft.tap.source->node().kind != Node::Kind::kMap) return;
  const Value& source = *draft.tap.name;
  const auto [first, is_new] = taps_.try_emplace(tap.name, FirstTap{tap, source.position()});
  if (!is_new && first->second.settings != tap)
    source.fail(quote(tap.name) + " has other settings at " + line_of(first->second.position) +
                "; write them once and `tap: " + tap.name + "` elsewhere");
}

}  // namespace vxtap::config
