#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "dataplane/poller.hpp"
#include "dataplane/pump.hpp"
#include "io/packet_buffers.hpp"
#include "io/tap_queue.hpp"
#include "io/udp_underlay.hpp"

namespace vxtap::dataplane {

/// Numbers a receive socket among the daemon's; stable while it is open.
using ReceiverId = std::uint32_t;

/// What a worker is to take over and to let go, in one step between two batches.
struct WorkerChange {
  struct AddTap {
    TapId id = 0;
    io::UniqueFd queue;
    bool offload = true;  ///< see io::TapQueue
    bool reads = true;    ///< false: only writes, because another worker reads the TAP's single queue
  };
  struct AddReceiver {
    ReceiverId id = 0;
    Endpoint endpoint;
    io::UniqueFd socket;
    std::uint32_t scope = 0;
    bool sends = true;  ///< false for a group's socket: its endpoint sends through another
  };
  std::vector<TapId> remove_taps;
  std::vector<ReceiverId> remove_receivers;
  std::vector<AddTap> add_taps;
  std::vector<AddReceiver> add_receivers;
  std::map<EndpointId, io::UnderlaySettings> underlays;  ///< of endpoints new and old
  std::shared_ptr<const SegmentTable> table;             ///< null: keep the present one
  std::optional<std::chrono::nanoseconds> busy_poll;     ///< how long to look for more before sleeping
};

/// One thread with its queue of every TAP and its socket of every local VTEP, for both directions.
///
/// Frames of one flow stay on one queue and one worker: tun returns a flow to the queue it was last written
/// from, and SO_REUSEPORT picks the socket by the outer addresses and ports. So order holds without locks.
class Worker {
 public:
  /// The references outlive the object.
  Worker(std::size_t index, Fdb& fdb, Events& events);
  /// Ends the thread.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Control thread: hands the change to the worker, which carries it out between two batches. The future
  /// says when.
  std::future<void> apply(WorkerChange change);

  // Any thread.
  const WorkerCounters& counters() const noexcept { return pump_.counters(); }
  std::uint64_t socket_overflows() const noexcept { return overflows_.load(std::memory_order_relaxed); }

 private:
  struct Tap {
    std::unique_ptr<io::TapQueue> queue;
    std::unique_ptr<Poller::Port> watch;  // destroyed before the queue closes; null: only written to
  };
  struct Receiver {
    Endpoint endpoint;
    std::unique_ptr<io::UdpUnderlay> underlay;
    std::unique_ptr<Poller::Port> watch;
  };

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;

  // Worker thread only, after construction.
  Poller poller_;
  io::PacketBuffers buffers_;
  PortMap ports_;
  Pump pump_;
  std::shared_ptr<const SegmentTable> table_;
  std::map<TapId, Tap> taps_;
  std::map<ReceiverId, Receiver> receivers_;

  std::atomic<std::uint64_t> overflows_{0};
  std::thread thread_;

  void carry_out(WorkerChange& change);
  void add_tap(WorkerChange::AddTap& add);
  void add_receiver(WorkerChange::AddReceiver& add);
  void remove_receiver(ReceiverId id);
  std::optional<std::size_t> drain_tap(TapId id, io::TapQueue& queue);
  std::size_t drain_receiver(const Endpoint& endpoint, io::UdpUnderlay& underlay);
};

}  // namespace vxtap::dataplane
