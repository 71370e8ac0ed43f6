#pragma once

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "dataplane/poller.hpp"
#include "dataplane/reception.hpp"
#include "dataplane/tap_pump.hpp"
#include "dataplane/worker_change.hpp"
#include "io/packet_buffers.hpp"
#include "io/tap_queue.hpp"

namespace vxtap::dataplane {

/// One thread with its queue of every TAP and its socket of every local VTEP, for both directions.
///
/// Frames of one flow stay on one queue and one worker: tun returns a flow to the queue it was last written
/// from, and SO_REUSEPORT picks the socket by the outer addresses and ports. So order holds without locks.
///
/// A single flow in bulk can take all of a worker's time for sending, and then the acknowledgements that come
/// back wait behind it. Such a worker lends its sockets for a while to one that sleeps, who drains them in
/// its stead into the same TAP queues: the flow stays where it is, and at any time one thread receives it.
class Worker {
 public:
  /// How many SegmentCounters it writes: one each direction.
  static constexpr std::size_t kShards = 2;

  /// Writes the kShards SegmentCounters from `first_shard` on. The references outlive the object.
  Worker(std::size_t index, std::size_t first_shard, Fdb& fdb, Events& events);
  /// Ends the thread. Loans were ended before.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Control thread. The futures say when it is done, which waits for the return of what is lent.
  /// Hands the change to the worker, which carries it out between two batches.
  std::future<void> apply(WorkerChange change);
  /// From now on it may lend to `peers`, who outlive the next call.
  std::future<void> lend_to(std::vector<Worker*> peers);
  /// Reads nothing from now on, for good: counters stand still.
  std::future<void> rest();

  /// Asks for a sign of life, which the worker gives between two batches. While the last one is still owed
  /// nothing is asked: that question stands.
  void ask_for_sign_of_life(TimePoint now);
  /// For how long it has owed one; zero when it owes none.
  TimePoint::duration silence(TimePoint now) const noexcept;

  // Any thread.
  std::array<const PumpCounters*, kShards> counters() const noexcept {
    return {&pump_.counters(), &reception_.counters()};
  }
  std::uint64_t socket_overflows() const noexcept { return reception_.overflows(); }
  /// How often it lent its sockets.
  std::uint64_t loans() const noexcept { return loans_.read(); }

 private:
  struct Tap {
    std::unique_ptr<io::TapQueue> queue;
    std::unique_ptr<Poller::Port> watch;  // destroyed before the queue closes; null: only written to
  };

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;

  // Worker thread only, after construction; what the reception uses changes only while it is not lent.
  Poller poller_;
  io::PacketBuffers buffers_;
  PortMap ports_;
  TapPump pump_;
  Reception reception_;
  std::shared_ptr<const SegmentTable> table_;
  std::map<TapId, Tap> taps_;
  std::vector<Worker*> peers_;
  Worker* borrower_ = nullptr;                    // who has the reception; null: it is here
  std::vector<std::function<void()>> at_return_;  // waits until it is back
  std::vector<Worker*> lenders_;                  // whose receptions are here

  // A question is known by its time. Asked by the control thread, answered by the worker's.
  TimePoint asked_{};
  std::atomic<TimePoint::rep> answered_{0};

  Counter loans_;
  std::thread thread_;

  bool owes_sign_of_life() const noexcept;
  std::future<void> at_home(std::function<void()> task);
  void carry_out(WorkerChange& change);
  void add_tap(WorkerChange::AddTap& add);
  std::optional<std::size_t> drain_tap(TapId id, io::TapQueue& queue);

  void receive_here();
  void relieve();
  void borrow(Worker& lender);
  void give_back(Worker& lender);
  void take_back();
};

}  // namespace vxtap::dataplane
