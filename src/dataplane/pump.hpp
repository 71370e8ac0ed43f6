#pragma once

#include <array>
#include <cstddef>

#include "dataplane/delivery_batch.hpp"
#include "dataplane/events.hpp"
#include "dataplane/outbound_batch.hpp"
#include "dataplane/port_map.hpp"
#include "dataplane/worker_counters.hpp"
#include "vxtap/forwarder.hpp"

namespace vxtap::dataplane {

/// One worker's packet path: reads a batch from a port, asks the forwarder about each frame, carries the
/// verdicts out in batches and counts. No system call of its own, no lock, no allocation. Worker thread only,
/// but for counters().
class Pump {
 public:
  /// Frames of one read: as many as leave together at best.
  static constexpr std::size_t kFrames = kMaxTrainDatagrams;
  static constexpr std::size_t kDatagrams = 64;

  /// `worker` is the index of this worker's SegmentCounters. The references outlive the object.
  Pump(std::size_t worker, Fdb& fdb, const PortMap& ports, Events& events);

  /// Moves at most one batch; returns how many packets there were (a superframe or a train counts as what it
  /// stands for), 0 when the port was empty.
  std::size_t from_tap(const SegmentTable& segments, TapId id, TapPort& tap);
  std::size_t from_underlay(const SegmentTable& segments, const Endpoint& endpoint, Underlay& underlay,
                            TimePoint now);

  /// The TAPs that the last from_underlay() wrote to, some perhaps more than once.
  std::span<const TapId> written_taps() const noexcept { return deliveries_.written_taps(); }

  /// Any thread may read.
  const WorkerCounters& counters() const noexcept { return counters_; }

 private:
  Fdb& fdb_;
  Events& events_;
  WorkerCounters counters_;
  OutboundBatch outbound_;
  DeliveryBatch deliveries_;
  std::array<Frame, kFrames> frames_;
  std::array<Datagram, kDatagrams> datagrams_;

  void settle(const SegmentTable& segments, const UnderlayVerdict& verdict, const Datagram& datagram);
  void teach(const UnderlayVerdict& verdict, const Datagram& datagram, TimePoint now) noexcept;
};

}  // namespace vxtap::dataplane
