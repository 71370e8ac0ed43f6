#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>

#include "dataplane/poller.hpp"
#include "dataplane/underlay_pump.hpp"
#include "dataplane/worker_change.hpp"
#include "io/packet_buffers.hpp"

namespace vxtap::dataplane {

/// The receiving half of a worker: its sockets of local VTEPs, drained into its TAPs. It runs on one poller
/// at a time, its own worker's or, lent, another's. On the thread of that poller, but for counters() and
/// overflows().
class Reception {
 public:
  /// `shard` is the index of its SegmentCounters. The references outlive the object.
  Reception(std::size_t shard, Fdb& fdb, const PortMap& ports, Events& events);

  /// Runs on `poller` from now on. `after` comes after each batch that brought something.
  void attach(Poller& poller, std::function<void()> after);
  /// Between rounds: what arrives waits in the sockets.
  void detach();

  // While attached, between rounds. The underlay lasts until its receiver is removed.
  io::UdpUnderlay& add(WorkerChange::AddReceiver& add);
  /// Null if there is none.
  const io::UdpUnderlay* find(ReceiverId id) const;
  void remove(ReceiverId id);
  void apply(const std::map<EndpointId, io::UnderlaySettings>& settings);
  void set_table(std::shared_ptr<const SegmentTable> table) { table_ = std::move(table); }

  /// The TAPs that the last batch was written to, some perhaps more than once.
  std::span<const TapId> written_taps() const noexcept { return pump_.written_taps(); }

  // Any thread.
  const PumpCounters& counters() const noexcept { return pump_.counters(); }
  std::uint64_t overflows() const noexcept { return overflows_.read(); }

 private:
  struct Receiver {
    Endpoint endpoint;
    std::unique_ptr<io::UdpUnderlay> underlay;
    std::unique_ptr<Poller::Port> watch;  // destroyed before the socket closes
  };

  io::PacketBuffers buffers_;
  UnderlayPump pump_;
  std::shared_ptr<const SegmentTable> table_;
  std::map<ReceiverId, Receiver> receivers_;
  Poller* poller_ = nullptr;
  std::function<void()> after_;
  Counter overflows_;

  void watch(Receiver& receiver);
  std::size_t drain(const Endpoint& endpoint, io::UdpUnderlay& underlay);
};

}  // namespace vxtap::dataplane
