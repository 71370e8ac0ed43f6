#include "dataplane/worker.hpp"

#include <pthread.h>

#include <boost/asio/post.hpp>
#include <string>

namespace vxtap::dataplane {
namespace {

// The largest IPv4 datagram, and a superframe of the TAP with its Ethernet header and tags.
constexpr std::size_t kSlotBytes = 65536 + 64;

}  // namespace

Worker::Worker(std::size_t index, Fdb& fdb, Events& events)
    : work_(boost::asio::make_work_guard(context_)),
      poller_(context_),
      buffers_(Pump::kDatagrams, kSlotBytes),
      pump_(index, fdb, ports_, events),
      table_(std::make_shared<const SegmentTable>()),
      thread_([this, index] {
        pthread_setname_np(pthread_self(), ("worker-" + std::to_string(index)).c_str());
        poller_.run();
      }) {}

Worker::~Worker() {
  boost::asio::post(context_, [this] {
    taps_.clear();
    receivers_.clear();
    poller_.stop();
  });
  thread_.join();
}

std::future<void> Worker::apply(WorkerChange change) {
  auto task = std::make_shared<std::packaged_task<void()>>(
      [this, change = std::make_shared<WorkerChange>(std::move(change))] { carry_out(*change); });
  auto done = task->get_future();
  boost::asio::post(context_, [task] { (*task)(); });
  return done;
}

void Worker::carry_out(WorkerChange& change) {
  // New ports first and the table before old ports go: at no moment does the table name a port that is
  // absent.
  for (auto& add : change.add_taps) add_tap(add);
  for (auto& add : change.add_receivers) add_receiver(add);
  for (auto& [id, receiver] : receivers_)
    if (const auto found = change.underlays.find(receiver.endpoint.id); found != change.underlays.end())
      receiver.underlay->apply(found->second);
  if (change.busy_poll) poller_.set_busy_poll(*change.busy_poll);
  if (change.table != nullptr) table_ = std::move(change.table);
  for (const auto id : change.remove_receivers) remove_receiver(id);
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

void Worker::add_receiver(WorkerChange::AddReceiver& add) {
  auto underlay = std::make_unique<io::UdpUnderlay>(std::move(add.socket), buffers_, add.scope);
  if (add.sends) ports_.set_underlay(add.endpoint.id, underlay.get());
  auto watch = poller_.watch(underlay->fd(), [this, endpoint = add.endpoint, port = underlay.get()] {
    return drain_receiver(endpoint, *port);
  });
  receivers_.emplace(add.id, Receiver{add.endpoint, std::move(underlay), std::move(watch)});
}

void Worker::remove_receiver(ReceiverId id) {
  const auto found = receivers_.find(id);
  if (found == receivers_.end()) return;
  const Receiver& receiver = found->second;
  if (ports_.underlay(receiver.endpoint.id) == receiver.underlay.get())
    ports_.set_underlay(receiver.endpoint.id, nullptr);
  receivers_.erase(found);
}

std::optional<std::size_t> Worker::drain_tap(TapId id, io::TapQueue& queue) {
  const std::size_t moved = pump_.from_tap(*table_, id, queue);
  if (queue.gone()) return std::nullopt;
  return moved;
}

std::size_t Worker::drain_receiver(const Endpoint& endpoint, io::UdpUnderlay& underlay) {
  const auto lost = underlay.overflows();
  const auto received = pump_.from_underlay(*table_, endpoint, underlay, std::chrono::steady_clock::now());
  overflows_.fetch_add(underlay.overflows() - lost, std::memory_order_relaxed);
  // The host's answer to what was just written is there at once, more often than not.
  for (const TapId id : pump_.written_taps())
    if (const auto tap = taps_.find(id); tap != taps_.end() && tap->second.watch) tap->second.watch->wake();
  return received;
}

}  // namespace vxtap::dataplane
