#include "dataplane/worker.hpp"

#include <pthread.h>

#include <boost/asio/post.hpp>
#include <string>

namespace vxtap::dataplane {
namespace {

// The largest IPv4 datagram, and a superframe of the TAP with its Ethernet header and tags.
constexpr std::size_t kSlotBytes = 65536 + 64;

// Batches from one port before the others get their turn.
constexpr int kBatchesPerTurn = 8;

}  // namespace

Worker::Worker(std::size_t index, Fdb& fdb, Events& events)
    : buffers_(Pump::kBatch, kSlotBytes),
      pump_(index, fdb, ports_, events),
      table_(std::make_shared<const SegmentTable>()),
      work_(boost::asio::make_work_guard(context_)),
      thread_([this, index] {
        pthread_setname_np(pthread_self(), ("worker-" + std::to_string(index)).c_str());
        context_.run();
      }) {}

Worker::~Worker() {
  boost::asio::post(context_, [this] {
    taps_.clear();
    receivers_.clear();
    work_.reset();
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
    if (const auto found = change.senders.find(receiver.endpoint.id); found != change.senders.end())
      receiver.underlay->set_senders(found->second);
  if (change.table != nullptr) table_ = std::move(change.table);
  for (const auto id : change.remove_receivers) remove_receiver(id);
  for (const auto id : change.remove_taps) {
    ports_.set_tap(id, nullptr);
    taps_.erase(id);
  }
}

void Worker::add_tap(WorkerChange::AddTap& add) {
  Tap& tap = taps_[add.id];
  tap.readiness.reset();
  tap.queue = std::make_unique<io::TapQueue>(std::move(add.queue), buffers_);
  ports_.set_tap(add.id, tap.queue.get());
  if (!add.reads) return;
  tap.readiness = std::make_unique<Readiness>(
      context_, tap.queue->fd(),
      [this, id = add.id, queue = tap.queue.get()] { return drain_tap(id, *queue); });
}

void Worker::add_receiver(WorkerChange::AddReceiver& add) {
  auto underlay = std::make_unique<io::UdpUnderlay>(std::move(add.socket), buffers_, nullptr, add.scope);
  if (add.sends) ports_.set_underlay(add.endpoint.id, underlay.get());
  auto readiness = std::make_unique<Readiness>(
      context_, underlay->fd(),
      [this, endpoint = add.endpoint, port = underlay.get()] { return drain_receiver(endpoint, *port); });
  receivers_.emplace(add.id, Receiver{add.endpoint, std::move(underlay), std::move(readiness)});
}

void Worker::remove_receiver(ReceiverId id) {
  const auto found = receivers_.find(id);
  if (found == receivers_.end()) return;
  const Receiver& receiver = found->second;
  if (ports_.underlay(receiver.endpoint.id) == receiver.underlay.get())
    ports_.set_underlay(receiver.endpoint.id, nullptr);
  receivers_.erase(found);
}

bool Worker::drain_tap(TapId id, io::TapQueue& queue) {
  for (int i = 0; i < kBatchesPerTurn; ++i)
    if (pump_.from_tap(*table_, id, queue) < Pump::kBatch) break;
  return !queue.gone();
}

bool Worker::drain_receiver(const Endpoint& endpoint, io::UdpUnderlay& underlay) {
  for (int i = 0; i < kBatchesPerTurn; ++i) {
    const auto lost = underlay.overflows();
    const auto received = pump_.from_underlay(*table_, endpoint, underlay, std::chrono::steady_clock::now());
    overflows_.fetch_add(underlay.overflows() - lost, std::memory_order_relaxed);
    if (received < Pump::kBatch) break;
  }
  return true;
}

}  // namespace vxtap::dataplane
