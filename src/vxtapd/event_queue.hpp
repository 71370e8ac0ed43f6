#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "control/events.hpp"
#include "core/membership_message.hpp"
#include "vxtap/drop_reason.hpp"
#include "vxtap/fdb.hpp"
#include "vxtap/segment.hpp"

namespace vxtap::daemon {

/// The table learned, moved or held an address.
struct TableEvent {
  SegmentKey segment;
  control::FdbAction action = control::FdbAction::kLearned;
  MacAddress mac;
  Remote remote;
  std::optional<VtepAddress> from;  ///< see control::FdbEvent
};

/// A host told of its memberships.
struct MembershipEvent {
  SegmentKey segment;
  MembershipMessage message;
  std::optional<Remote> from;  ///< empty: the local host
};

/// Somebody sent what no segment here takes.
struct StrangerEvent {
  std::optional<SegmentKey> segment = {};  ///< whose `accept` refused it; empty: the VNI is unknown
  Vni vni;
  Remote source;
};

/// The host sent a frame into a trunk that no segment of it carries.
struct UnmappedEvent {
  TapId tap = 0;
  std::uint16_t vid = 0;  ///< 0: untagged
  MacAddress source;
};

/// A frame, or a copy of one, went no further.
struct DropEvent {
  std::optional<SegmentKey> segment = {};  ///< empty before it was known
  DropReason reason = DropReason::kTapRunt;
  std::optional<Remote> remote = {};  ///< who sent it over the underlay, or should have got it
  int error = 0;                      ///< errno, when the kernel refused it
  std::uint32_t size = 0;             ///< bytes: of the frame, or of the UDP payload when it has a remote
  std::uint8_t kept = 0;
  std::array<std::uint8_t, 64> bytes = {};  ///< the first `kept`
};

/// What workers tell the control thread. Bounded: a flood of addresses costs events, not memory; how many is
/// said with the next batch.
class EventQueue {
 public:
  using Event = std::variant<TableEvent, MembershipEvent, StrangerEvent, UnmappedEvent, DropEvent>;
  using Handler = std::function<void(const std::vector<Event>& events, std::uint64_t lost)>;
  static constexpr std::size_t kMost = 4096;
  /// Of those, for memberships alone: multicast depends on them, while the others only tell. Of four reports
  /// as large as an Ethernet frame holds.
  static constexpr std::size_t kForMemberships = 1024;

  /// `handler` is called by the thread that runs `context`, which both outlive the queue's last push.
  EventQueue(boost::asio::io_context& context, Handler handler);

  /// Any thread. False when there is no room.
  bool push(const Event& event) noexcept;

 private:
  boost::asio::io_context& context_;
  const Handler handler_;
  std::mutex mutex_;
  std::vector<Event> waiting_;  // guarded by mutex_; capacity for kMost
  std::uint64_t lost_ = 0;      // guarded by mutex_
  bool drain_posted_ = false;   // guarded by mutex_
  std::vector<Event> taken_;    // of the last drain; capacity as above

  void drain();
};

}  // namespace vxtap::daemon
