#include "dataplane/worker_group.hpp"

namespace vxtap::dataplane {
namespace {

void wait_for(std::vector<std::future<void>>& all) {
  for (auto& one : all) one.get();
}

}  // namespace

WorkerGroup::WorkerGroup(std::size_t count, Fdb& fdb, Events& events) {
  for (std::size_t i = 0; i < count; ++i)
    workers_.push_back(std::make_unique<Worker>(i, i * Worker::kShards, fdb, events));
  for (auto& worker : workers_) {
    std::vector<Worker*> peers;
    for (auto& peer : workers_)
      if (peer != worker) peers.push_back(peer.get());
    worker->lend_to(std::move(peers)).get();
  }
}

/// No worker may go while it has what belongs to another or another has what is its own.
WorkerGroup::~WorkerGroup() {
  call_home();
}

void WorkerGroup::call_home() {
  std::vector<std::future<void>> home;
  for (auto& worker : workers_) home.push_back(worker->lend_to({}));
  wait_for(home);
}

void WorkerGroup::rest() {
  call_home();
  std::vector<std::future<void>> resting;
  for (auto& worker : workers_) resting.push_back(worker->rest());
  wait_for(resting);
}

void WorkerGroup::apply(std::vector<WorkerChange> changes) {
  std::vector<std::future<void>> done;
  for (std::size_t i = 0; i < workers_.size(); ++i) done.push_back(workers_[i]->apply(std::move(changes[i])));
  wait_for(done);
}

void WorkerGroup::ask_for_heartbeats(TimePoint now) {
  for (auto& worker : workers_) worker->ask_for_sign_of_life(now);
}

std::vector<std::size_t> WorkerGroup::stuck(TimePoint now, TimePoint::duration patience) const {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < workers_.size(); ++i)
    if (workers_[i]->silence(now) > patience) indices.push_back(i);
  return indices;
}

}  // namespace vxtap::dataplane
