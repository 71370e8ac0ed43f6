#include "config/uniqueness.hpp"

namespace vxtap::config {
namespace {

std::string line_of(Position position) {
  return "line " + std::to_string(position.line);
}

}  // namespace

std::string default_name(Vni vni) {
  return "vni-" + std::to_string(vni.value());
}

void Uniqueness::add(const SegmentDraft& draft) {
  add_name(draft);
  add_endpoint(draft);
  add_tap(draft);
}

void Uniqueness::add_name(const SegmentDraft& draft) {
  const bool given = !draft.name.value.empty();
  if (!given && (draft.name.source || !draft.vni.value)) return;
  const std::string name = given ? draft.name.value : default_name(*draft.vni.value);
  const Value& source = given ? *draft.name.source : draft.source;
  const auto [first, is_new] = names_.try_emplace(name, FirstName{given, source.position()});
  if (is_new || (!given && !first->second.given)) return;
  source.fail((given ? "" : "name ") + quote(name) + " is taken by the segment of " +
              line_of(first->second.position) + "; give it another name");
}

void Uniqueness::add_endpoint(const SegmentDraft& draft) {
  const Underlay& underlay = draft.underlay.values;
  if (!draft.vni.value || underlay.local.is_unspecified()) return;
  auto& devices = endpoints_[{*draft.vni.value, underlay.local, underlay.port, underlay.scope}];
  auto first = devices.find(underlay.device);
  if (first == devices.end()) first = devices.find("");
  if (first == devices.end() && underlay.device.empty()) first = devices.begin();
  if (first == devices.end()) {
    devices.emplace(underlay.device, draft.vni.source->position());
    return;
  }
  const Remote endpoint{underlay.local, underlay.port};
  draft.vni.source->fail(std::to_string(draft.vni.value->value()) + " is already on " + to_string(endpoint) +
                         " by " + line_of(first->second) + "; use another VNI, port or local address");
}

void Uniqueness::add_tap(const SegmentDraft& draft) {
  const Tap& tap = draft.tap.values;
  if (tap.name.empty()) return;
  const Value& source = *draft.tap.name;
  if (!draft.vlan.source || draft.vlan.value) {
    const auto [first, is_new] = attachments_.try_emplace({tap.name, draft.vlan.value}, source.position());
    if (!is_new)
      source.fail(quote(tap.name) +
                  (draft.vlan.value ? " with vlan " + std::to_string(*draft.vlan.value) : "") +
                  " is taken by the segment of " + line_of(first->second) +
                  "; give each segment a TAP or a vlan of its own");
  }
  if (draft.tap.source->node().kind != Node::Kind::kMap) return;
  const auto [first, is_new] = taps_.try_emplace(tap.name, FirstTap{tap, source.position()});
  if (!is_new && first->second.settings != tap)
    source.fail(quote(tap.name) + " has other settings at " + line_of(first->second.position) +
                "; write them once and `tap: " + tap.name + "` elsewhere");
}

}  // namespace vxtap::config
