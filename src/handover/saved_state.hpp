#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "io/tap_device.hpp"
#include "io/udp_socket.hpp"
#include "vxtap/counters.hpp"
#include "vxtap/fdb.hpp"
#include "vxtap/group_table.hpp"
#include "vxtap/segment.hpp"

/// What a vxtapd leaves to the one that comes after it: see inheritance.hpp.
namespace vxtap::handover {

struct SavedEndpoint {
  EndpointId id = 0;  ///< in the keys of segments and FDB entries
  io::LocalVtep vtep;
};

struct SavedTap {
  std::string name;
  io::TapTraces traces;
};

struct SavedControlEntry {
  MacAddress mac;
  Remote remote;
};

struct SavedMembership {
  MulticastGroup group;
  Remote remote;
};

struct SavedSegment {
  SegmentKey key;
  PeerMode mode = PeerMode::kUnicast;
  std::vector<Remote> remotes;     ///< as the file had them
  std::vector<Remote> flood_list;  ///< as it was, with what the control socket changed
  std::vector<SavedControlEntry> control_entries;
  std::vector<SavedMembership> memberships;  ///< permanent ones
  SegmentTotals totals;
  std::uint64_t learned = 0, moved = 0, aged = 0, refused = 0;
};

/// Counters that belong to no segment; of DaemonTotals.
struct SavedTotals {
  std::array<std::uint64_t, kDropReasonCount> drops{};
  std::uint64_t socket_overflows = 0, trains_refused = 0, superframes_refused = 0, worker_loans = 0;
};

struct SavedState {
  std::uint64_t sequence = 0;  ///< the higher, the later
  std::vector<SavedEndpoint> endpoints;
  std::vector<SavedTap> taps;
  std::vector<SavedSegment> segments;
  std::vector<FdbEntry> fdb;  ///< Ticks are of the monotonic clock, which goes on until the host restarts
  SavedTotals totals;
};

}  // namespace vxtap::handover
