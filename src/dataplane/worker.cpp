#include "dataplane/worker.hpp"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <string>
#include <utility>

namespace vxtap::dataplane {

Worker::Worker(std::size_t index, std::size_t first_shard, Fdb& fdb, Events& events)
    : work_(boost::asio::make_work_guard(context_)),
      poller_(context_, [this] { relieve(); }),
      buffers_(2, io::TapQueue::kLargestFrame + kFrameHeadroom),
      pump_(first_shard, fdb, ports_, events),
      reception_(first_shard + 1, fdb, ports_, events),
      table_(std::make_shared<const SegmentTable>()),
      thread_([this, index] {
        pthread_setname_np(pthread_self(), ("worker-" + std::to_string(index)).c_str());
        receive_here();
        poller_.run();
      }) {}

Worker::~Worker() {
  rest();
  boost::asio::post(context_, [this] { poller_.stop(); });
  thread_.join();
}

std::future<void> Worker::rest() {
  return at_home([this] {
    taps_.clear();
    reception_.detach();
  });
}

std::future<void> Worker::apply(WorkerChange change) {
  return at_home([this, change = std::make_shared<WorkerChange>(std::move(change))] { carry_out(*change); });
}

std::future<void> Worker::lend_to(std::vector<Worker*> peers) {
  return at_home([this, peers = std::move(peers)] { peers_ = peers; });
}

// Not by at_home(): who lent its reception gives its own sign, and the borrower another.
void Worker::ask_for_sign_of_life(TimePoint now) {
  if (owes_sign_of_life()) return;
  asked_ = now;
  boost::asio::post(context_, [this, question = now.time_since_epoch().count()] {
    answered_.store(question, std::memory_order_relaxed);
  });
}

TimePoint::duration Worker::silence(TimePoint now) const noexcept {
  return owes_sign_of_life() ? now - asked_ : TimePoint::duration::zero();
}

bool Worker::owes_sign_of_life() const noexcept {
  return answered_.load(std::memory_order_relaxed) != asked_.time_since_epoch().count();
}

/// Runs `task` on the worker's thread between two batches, with the reception at hand.
std::future<void> Worker::at_home(std::function<void()> task) {
  auto packaged = std::make_shared<std::packaged_task<void()>>(std::move(task));
  auto done = packaged->get_future();
  boost::asio::post(context_, [this, packaged] {
    if (borrower_ == nullptr) {
      (*packaged)();
      return;
    }
    at_return_.emplace_back([packaged] { (*packaged)(); });
    boost::asio::post(borrower_->context_, [this, borrower = borrower_] { borrower->give_back(*this); });
  });
  return done;
}

void Worker::carry_out(WorkerChange& change) {
  // New ports first and the table before old ports go: at no moment does the table name a port that is
  // absent.
  for (auto& add : change.add_taps) add_tap(add);
  for (auto& add : change.add_receivers) {
    io::UdpUnderlay& underlay = reception_.add(add);
    if (add.sends) ports_.set_underlay(add.endpoint.id, &underlay);
  }
  reception_.apply(change.underlays);
  if (change.busy_poll) poller_.set_busy_poll(*change.busy_poll);
  if (change.table != nullptr) {
    table_ = std::move(change.table);
    reception_.set_table(table_);
  }
  for (const auto id : change.remove_receivers) {
    if (const io::UdpUnderlay* underlay = reception_.find(id)) ports_.forget(*underlay);
    reception_.remove(id);
  }
  for (const auto id : change.remove_taps) {
    ports_.set_tap(id, nullptr);
    taps_.erase(id);
  }
}

void Worker::add_tap(WorkerChange::AddTap& add) {
  Tap& tap = taps_[add.id];
  tap.watch.reset();
  tap.queue = std::make_unique<io::TapQueue>(std::move(add.queue), buffers_, add.offload);
  ports_.set_tap(add.id, tap.queue.get());
  if (!add.reads) return;
  tap.watch = poller_.watch(tap.queue->fd(),
                            [this, id = add.id, queue = tap.queue.get()] { return drain_tap(id, *queue); });
}

std::optional<std::size_t> Worker::drain_tap(TapId id, io::TapQueue& queue) {
  const std::size_t moved = pump_.pump(*table_, id, queue, std::chrono::steady_clock::now());
  if (queue.gone()) return std::nullopt;
  return moved;
}

}  // namespace vxtap::dataplane
