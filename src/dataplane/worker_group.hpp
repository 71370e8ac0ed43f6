#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "dataplane/worker.hpp"

namespace vxtap::dataplane {

/// All workers of a daemon, who know each other. Control thread only.
class WorkerGroup {
 public:
  /// Starts `count` threads. The references outlive the object.
  WorkerGroup(std::size_t count, Fdb& fdb, Events& events);
  ~WorkerGroup();
  WorkerGroup(const WorkerGroup&) = delete;
  WorkerGroup& operator=(const WorkerGroup&) = delete;

  /// How many SegmentCounters a segment needs for `count` workers.
  static std::size_t shards(std::size_t count) noexcept { return count * Worker::kShards; }

  std::size_t size() const noexcept { return workers_.size(); }
  auto begin() const noexcept { return workers_.begin(); }
  auto end() const noexcept { return workers_.end(); }

  /// Hands each worker its change, one for each, and waits until all have carried it out.
  void apply(std::vector<WorkerChange> changes);

  /// Returns when all have stopped to read, for good: counters stand still.
  void rest();

  /// Asks every worker for a sign of life, to be called every second or so. It costs each a wake-up, and the
  /// packet path nothing.
  void ask_for_heartbeats(TimePoint now);
  /// Indices of those that have owed one for longer than `patience`: stuck within a batch, or without a
  /// processor.
  std::vector<std::size_t> stuck(TimePoint now, TimePoint::duration patience) const;

 private:
  std::vector<std::unique_ptr<Worker>> workers_;

  void call_home();
};

}  // namespace vxtap::dataplane
