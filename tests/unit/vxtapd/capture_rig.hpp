#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "unit/dataplane/lab.hpp"
#include "unit/inspect/pcapng_blocks.hpp"
#include "vxtapd/captures.hpp"

namespace vxtap::test {

/// Shows all that passes to the captures, as the daemon's EventLog does.
struct AllWatches final : dataplane::Watch {
  daemon::Watches watches{*this};

  void saw(const dataplane::FromTap& sight) noexcept override { watches.show(sight, sight.drop.has_value()); }
  void saw(const dataplane::ToUnderlay& sight) noexcept override {
    watches.show(sight, sight.result.error != 0);
  }
  void saw(const dataplane::FromUnderlay& sight) noexcept override {
    watches.show(sight, sight.verdict.drop.has_value());
  }
  void saw(const dataplane::ToTap& sight) noexcept override { watches.show(sight, sight.drop.has_value()); }
};

/// The state that belongs to a Vtep of these segments: names and numbers, nothing opened.
inline daemon::State state_of(const std::vector<SegmentPlan>& plans, const std::string& local) {
  daemon::State state;
  daemon::EndpointRecord endpoint;
  endpoint.vtep = {address(local), kVxlanPort, "", 0};
  state.endpoints.push_back(endpoint);
  std::map<std::uint32_t, TapId> taps;
  for (const SegmentPlan& plan : plans) {
    const auto number = static_cast<TapId>(taps.size());
    const std::uint32_t owner = plan.shares != 0 ? plan.shares : plan.vni;
    if (taps.emplace(owner, number).second) {
      daemon::TapRecord tap;
      tap.id = number;
      tap.settings.name = "tap" + std::to_string(owner);
      state.add_tap(std::move(tap));
    }
    daemon::SegmentRecord segment;
    segment.config.vni = vni(plan.vni);
    segment.config.name = "vni" + std::to_string(plan.vni);
    if (plan.vid != 0) segment.config.vlan = plan.vid;
    segment.config.underlay.local = address(local);
    segment.config.underlay.port = kVxlanPort;
    segment.key = {0, vni(plan.vni)};
    segment.tap = taps.at(owner);
    state.add_segment(std::move(segment));
  }
  return state;
}

/// A dataplane at 192.0.2.1 and its captures.
struct CaptureRig : Lab {
  daemon::State state;
  AllWatches all;
  daemon::Captures captures{all.watches};
  Vtep& left;

  explicit CaptureRig(const std::vector<SegmentPlan>& plans)
      : state(state_of(plans, "192.0.2.1")), left(vtep("192.0.2.1", plans)) {
    left.show_to(all);
  }

  std::unique_ptr<control::ByteStream> open(const control::CaptureRequest& request = {}) {
    auto stream = captures.open(request, state);
    left.show_to(all);
    return stream;
  }
  /// All that is there, and the end of it.
  static CapturedFile finish(control::ByteStream& stream) {
    stream.finish();
    std::string bytes;
    while (!stream.ended()) bytes += stream.take(1000);
    return parse_capture(bytes);
  }

  void host_sends(const Bytes& frame, const FrameOffload& offload = {}, std::uint32_t number = 100) {
    left.tap(number).send(frame, offload);
    settle();
  }
  void arrives(const Bytes& frame, std::uint32_t number = 100) {
    left.underlay().arrive({.source = address("192.0.2.2"),
                            .source_port = 50000,
                            .destination = remote("192.0.2.1"),
                            .tos = 0xB9,
                            .payload = vxlan_datagram(vni(number), frame)});
    settle();
  }
};

}  // namespace vxtap::test
