#include "vxtapd/poor_host.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "io/stable_mac.hpp"

namespace vxtap::daemon {
namespace {

bool wants_trains(const State& state) {
  return std::ranges::any_of(state.segments, [](const SegmentRecord& segment) {
    return segment.config.tap.offload && segment.config.underlay.udp_checksum;
  });
}

void tell_of_trains(const State& state) {
  if (state.endpoints.empty() || !wants_trains(state)) return;
  const auto known = io::known_trains(state.endpoints.front().vtep);
  if (!known.sent)
    spdlog::info("this kernel does not know UDP_SEGMENT (Linux 4.18): packets are sent one by one, slower");
  if (!known.received)
    spdlog::info("this kernel does not know UDP_GRO (Linux 5.0): packets are received one by one, slower");
}

void tell_of_superframes(const State& state) {
  const auto lacks = [](const auto& entry) {
    const TapRecord& tap = entry.second;
    return tap.device != nullptr && tap.settings.offload && !tap.device->udp_superframes();
  };
  if (std::ranges::any_of(state.taps, lacks))
    spdlog::info(
        "this kernel's TAPs do not know TUN_F_USO4 (Linux 6.2): UDP packets come one by one, slower");
}

void tell_of_machine_id(const State& state) {
  const auto derived = [](const SegmentRecord& segment) { return !segment.config.tap.mac; };
  if (io::machine_id().empty() && std::ranges::any_of(state.segments, derived))
    spdlog::info(
        "this host has no /etc/machine-id: MAC addresses of TAPs depend on their names and the local address "
        "alone; run systemd-machine-id-setup, or set `mac`, where other hosts have the same");
}

}  // namespace

void tell_of_poor_host(const State& state) {
  tell_of_trains(state);
  tell_of_superframes(state);
  tell_of_machine_id(state);
}

}  // namespace vxtap::daemon
