#pragma once

#include <array>
#include <vector>

#include "dataplane/port_map.hpp"
#include "offload/too_big_message.hpp"
#include "vxtap/path_fit.hpp"

namespace vxtap::dataplane {

/// Step 6 of a frame's way to the underlay: leaves out the remotes whose path is too narrow, and tells the
/// frame's sender. Worker thread only.
class PathCheck {
 public:
  explicit PathCheck(const PortMap& ports);

  /// Takes from `verdict` the remotes that the frame does not reach in one piece and must; returns how many.
  /// When none is left the verdict is a drop. What stays is valid until the next call. `frame` is as it
  /// leaves; `tap` is where it came from.
  std::size_t leave_out(TapVerdict& verdict, const Frame& frame, TapPort& tap, TimePoint now);

 private:
  const PortMap& ports_;
  std::vector<Remote> fitting_;  // scratch of one call

  /// The path asked for last: the frames of a batch are mostly for one remote.
  struct Path {
    EndpointId endpoint = 0;
    Remote remote;
    TimePoint asked;
    std::uint32_t mtu = 0;
  };
  Path last_;

  std::array<std::uint8_t, kVlanTagSize + kTooBigMessageMax> message_;

  std::uint32_t path_mtu(EndpointId endpoint, const Remote& remote, Underlay& underlay,
                         TimePoint now) noexcept;
  std::size_t narrow(TapVerdict& verdict, const Frame& frame, TapPort& tap, TimePoint now);
  void tell_sender(const TapVerdict& verdict, const Frame& frame, std::uint32_t path_mtu, TapPort& tap);
};

}  // namespace vxtap::dataplane
