#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "dataplane/delivery_batch.hpp"
#include "dataplane/events.hpp"
#include "dataplane/port_map.hpp"
#include "dataplane/protocol_watch.hpp"
#include "dataplane/pump_counters.hpp"
#include "vxtap/forwarder.hpp"

namespace vxtap::dataplane {

/// The packet path from the underlay to TAPs: receives a batch, asks the forwarder about each datagram,
/// learns, delivers what its verdicts say in batches and counts. No system call of its own, no lock but where
/// it learns something new, no allocation. One thread at a time, but for counters().
class UnderlayPump {
 public:
  static constexpr std::size_t kDatagrams = 64;

  /// `shard` is the index of this pump's SegmentCounters. The references outlive the object.
  UnderlayPump(std::size_t shard, Fdb& fdb, const PortMap& ports, Events& events);

  /// Moves at most one batch; returns how many packets there were (a train counts as what it stands for), 0
  /// when the socket was empty.
  std::size_t pump(const SegmentTable& segments, const Endpoint& endpoint, Underlay& underlay, TimePoint now);

  /// The TAPs that the last pump() wrote to, some perhaps more than once.
  std::span<const TapId> written_taps() const noexcept { return deliveries_.written_taps(); }

  /// Any thread may read.
  const PumpCounters& counters() const noexcept { return counters_; }

 private:
  Fdb& fdb_;
  Events& events_;
  PumpCounters counters_;
  ProtocolWatch protocols_;
  DeliveryBatch deliveries_;
  std::array<Datagram, kDatagrams> datagrams_;

  void settle(const SegmentTable& segments, const Endpoint& endpoint, const UnderlayVerdict& verdict,
              const Datagram& datagram, TimePoint now);
  void teach(UnderlayVerdict& verdict, const Datagram& datagram, TimePoint now) noexcept;
};

}  // namespace vxtap::dataplane
