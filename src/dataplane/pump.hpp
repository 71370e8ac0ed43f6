#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "dataplane/events.hpp"
#include "dataplane/port_map.hpp"
#include "vxtap/counters.hpp"
#include "vxtap/forwarder.hpp"

namespace vxtap::dataplane {

/// One worker's packet path: reads a batch from a port, asks the forwarder about each frame, carries the
/// verdicts out in batches and counts. No system call of its own, no lock, and no allocation once the longest
/// flood list was seen. Worker thread only, but for drops().
class Pump {
 public:
  static constexpr std::size_t kBatch = 64;

  /// `worker` is the index of this worker's SegmentCounters. The references outlive the object.
  Pump(std::size_t worker, Fdb& fdb, const PortMap& ports, Events& events);

  /// Moves at most one batch; returns how many frames or datagrams there were, 0 when the port was empty.
  std::size_t from_tap(const SegmentTable& segments, TapId id, TapPort& tap);
  std::size_t from_underlay(const SegmentTable& segments, const Endpoint& endpoint, Underlay& underlay,
                            TimePoint now);

  /// What was dropped before a segment was known. Any thread may read.
  const DropCounters& drops() const noexcept { return drops_; }

 private:
  const std::size_t worker_;
  Fdb& fdb_;
  const PortMap& ports_;
  Events& events_;
  DropCounters drops_;

  std::array<Frame, kBatch> frames_;
  std::array<Datagram, kBatch> datagrams_;
  std::vector<Outbound> copies_;
  std::vector<const Segment*> copy_segments_;  // of copies_
  std::vector<int> errnos_;
  std::vector<Frame> deliveries_;
  std::vector<const Segment*> delivery_segments_;  // of deliveries_
  std::array<TapWrite, kBatch> written_;

  SegmentCounters& counters(const Segment& segment) const noexcept {
    return segment.state->counters[worker_];
  }
  void drop(const Segment* segment, DropReason reason, std::uint64_t packets) noexcept;
  void encapsulate(const TapVerdict& verdict, const Frame& frame);
  void send_copies();
  void settle_copies(std::size_t first, std::size_t last) noexcept;
  void teach(const UnderlayVerdict& verdict, const Datagram& datagram, TimePoint now) noexcept;
  void deliver(const UnderlayVerdict& verdict);
  void write_deliveries() noexcept;
};

}  // namespace vxtap::dataplane
