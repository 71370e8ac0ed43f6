#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "vxtap/counters.hpp"
#include "vxtap/fdb.hpp"
#include "vxtap/group_table.hpp"
#include "vxtap/mac_address.hpp"
#include "vxtap/neighbours.hpp"
#include "vxtap/outer_policy.hpp"
#include "vxtap/storm_control.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap {

/// Index of a TAP interface among the daemon's; stable over reloads.
using TapId = std::uint16_t;

enum class PeerMode : std::uint8_t { kUnicast, kMulticastGroup, kStaticFlood };
enum class UnknownUnicast : std::uint8_t { kFlood, kDrop };

/// What the control thread learns of an interface and workers read between two frames.
struct TapState {
  std::atomic<bool> up{false};        ///< exists and is administratively up
  std::atomic<std::uint64_t> mac{0};  ///< MacAddress::to_u64 of the interface
  std::atomic<std::uint32_t> mtu{0};  ///< bytes behind the Ethernet header
};

/// Bindings that a segment learns from frames: as many as the FDB's default limit has MACs, halved.
inline constexpr std::size_t kMostSnoopedNeighbours = 32768;

/// What outlives a reload of a segment: counts. Shared by the snapshots before and after.
struct SegmentState {
  explicit SegmentState(std::size_t shards) : counters(shards) {}

  std::vector<SegmentCounters> counters;  ///< one for each thread that writes, and more if need be
  FdbAccount fdb;
  StormControl storm;
  NeighbourTable neighbours{kMostSnoopedNeighbours};
  std::atomic<bool> memberships_missed{false};  ///< one was heard and found no room on its way to the table
  std::atomic<std::int64_t> own_mac_reported{INT64_MIN / 2};  ///< steady ms of the last warning
  std::atomic<std::int64_t> hold_reported{INT64_MIN / 2};
  std::atomic<std::int64_t> stranger_reported{INT64_MIN / 2};
  std::atomic<std::int64_t> send_failure_reported{INT64_MIN / 2};
  std::atomic<std::int64_t> offload_refusal_reported{INT64_MIN / 2};

  SegmentTotals totals() const noexcept;
};

/// Whose packets a segment decapsulates. Immutable.
class SourcePolicy {
 public:
  /// Accepts every source.
  static SourcePolicy any();
  /// Accepts sources inside one of `prefixes` or equal to one of `peers`.
  static SourcePolicy of(std::vector<Prefix> prefixes, std::vector<VtepAddress> peers);

  bool accepts(const VtepAddress& source) const noexcept;

 private:
  bool any_ = false;
  std::vector<Prefix> prefixes_;
  std::vector<VtepAddress> peers_;  // sorted
};

/// One configured segment as the workers see it. Immutable once published; the pointed-to states are not.
struct Segment {
  SegmentKey key;
  std::string name;
  TapId tap = 0;
  std::uint16_t vid = 0;  ///< 802.1Q VID of its frames on the TAP; 0: untagged
  PeerMode mode = PeerMode::kUnicast;
  VtepAddress local;
  std::vector<Remote> flood_list;  ///< the one remote, the group, or all remotes
  std::uint16_t port = 0;          ///< UDP port that learned remotes are given
  std::uint16_t send_profile = 0;
  OuterPolicy outer;
  std::uint64_t tolerated_bits = 0;  ///< reserved VXLAN header bits that may be set, at VxlanHeader's places
  bool learning = true;
  bool learn_port = false;  ///< a learned remote keeps the UDP port it sends from
  UnknownUnicast unknown_unicast = UnknownUnicast::kFlood;
  SourcePolicy accept;
  bool multicast_snooping = false;
  std::shared_ptr<const GroupTable> groups;  ///< where known multicast groups go; null: everything is flooded
  NeighbourTable* neighbours = nullptr;      ///< of `state`; null: ARP and ND are left to the hosts
  std::shared_ptr<SegmentState> state;
  std::shared_ptr<const TapState> tap_state;
};

/// All segments at one moment. The control thread builds it once and publishes it; workers share it
/// read-only.
class SegmentTable {
 public:
  SegmentTable() = default;
  explicit SegmentTable(std::vector<Segment> segments);

  /// Null when the endpoint carries no such VNI.
  const Segment* by_key(SegmentKey key) const noexcept;
  /// The segment of the TAP's frames with that VID, or of its untagged ones with 0. Null when there is none.
  const Segment* by_tap(TapId tap, std::uint16_t vid = 0) const noexcept;
  /// Whether segments of the TAP are told apart by VID. The frames of one that is no trunk pass as they are.
  bool is_trunk(TapId tap) const noexcept { return tap < by_tap_.size() && by_tap_[tap].trunk; }
  std::span<const Segment> segments() const noexcept { return segments_; }
  /// The VTEPs that segments send from.
  std::span<const std::pair<EndpointId, VtepAddress>> locals() const noexcept { return locals_; }
  bool is_local(const VtepAddress& address) const noexcept;

 private:
  std::vector<Segment> segments_;
  std::vector<std::pair<EndpointId, VtepAddress>> locals_;
  std::unordered_map<std::uint64_t, std::size_t> by_key_;
  struct TapSegments {
    std::size_t untagged = 0;  // index + 1, 0 for none
    bool trunk = false;
  };
  std::vector<TapSegments> by_tap_;
  std::unordered_map<std::uint32_t, std::size_t> by_vid_;  // by tap << 12 | VID

  static constexpr std::uint32_t vid_key(TapId tap, std::uint16_t vid) noexcept {
    return std::uint32_t{tap} << 12 | vid;
  }
};

}  // namespace vxtap
