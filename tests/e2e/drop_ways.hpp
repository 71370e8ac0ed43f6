#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lab/packets.hpp"
#include "lab/vxtapd.hpp"
#include "vxtap/drop_reason.hpp"

/// Every drop reason, made for real.
namespace vxtap::lab {

inline constexpr std::uint32_t kNoSegment = 0xFFFFFFFF;  ///< in the place of a VNI: before that was known

/// Host 0 runs vxtapd with a segment for each way to lose a frame, host 1 is its remote, host 2 a stranger.
/// Host 0 speaks no IPv6, so that its TAPs carry the cases' frames only.
class DropSite {
 public:
  DropSite();

  Host& near() { return wire.host(0); }
  void put(const std::string& tap, const Bytes& frame) { send_frame(near(), tap, frame); }
  void hear(const Bytes& payload, const Underlying& way = {}) { send_underlying(wire, way, payload); }

  Wire wire{3};
  std::optional<Vxtapd> daemon;

 private:
  void add_slow_bridge();

  Host sink_;
};

struct DropWay {
  DropReason reason;
  std::uint32_t vni;
  std::function<void(DropSite&)> provoke;  ///< to be called until there were enough
};
using DropWays = std::vector<DropWay>;

/// Of frames from a TAP.
const DropWays& ways_from_tap();
/// Of datagrams: what is wrong with them shows in the outer packet and the VXLAN header.
const DropWays& ways_of_outer_headers();
/// Of datagrams: the inner frame, and the TAP it is for.
const DropWays& ways_of_inner_frames();

}  // namespace vxtap::lab
