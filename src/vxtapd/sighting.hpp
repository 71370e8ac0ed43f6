#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <variant>

#include "dataplane/watch.hpp"

namespace vxtap::daemon {

// What is kept of a dataplane::FromTap and its like when the call is over: values only. The packet's bytes
// stand behind it.

struct SightFromTap {
  FrameOffload offload;
  std::optional<FloodKind> flooded;
  bool unicast = false;  ///< to where the FDB says
  bool answered = false;
  std::uint32_t remotes = 0;
  Remote first;  ///< of them
};

struct SightToUnderlay {
  VtepAddress local;
  Remote remote;
  OuterHeader outer;
  std::uint32_t datagram_size = 0;  ///< of each, the last may be shorter
  std::uint32_t failed = 0;         ///< datagrams
  int error = 0;                    ///< errno of the first
};

struct SightFromUnderlay {
  VtepAddress local;
  Remote source;
  std::uint8_t tos = 0;
  bool withheld = false;
  std::optional<LearnOutcome> learned;
  MacAddress mac;  ///< the inner source
  VtepAddress before;
  TapId tap = 0;  ///< where it goes
};

struct SightToTap {
  FrameOffload offload;
};

/// Where packets are seen.
struct CapturePlace {
  bool tap = true;       ///< false: a local VTEP
  std::uint16_t id = 0;  ///< TapId or EndpointId
  auto operator<=>(const CapturePlace&) const = default;
};

/// ns since 1970.
inline std::int64_t wall_clock() noexcept {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

struct Sighting {
  std::int64_t time = 0;          ///< of wall_clock()
  std::uint64_t lost_before = 0;  ///< packets that found no room since the sighting before
  std::uint32_t size = 0;         ///< bytes
  std::uint32_t packets = 1;      ///< that it stands for
  CapturePlace place;
  std::optional<Vni> vni;  ///< of its segment, if that was known
  bool trunk_tagged = false;
  std::optional<DropReason> drop;
  std::variant<SightFromTap, SightToUnderlay, SightFromUnderlay, SightToTap> what;
};
static_assert(std::is_trivially_copyable_v<Sighting>);  // it lies in a buffer between bytes

}  // namespace vxtap::daemon
