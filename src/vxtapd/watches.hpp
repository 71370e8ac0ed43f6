#pragma once

#include <atomic>
#include <memory>
#include <shared_mutex>
#include <thread>
#include <vector>

#include "dataplane/watch.hpp"

namespace vxtap::daemon {

/// All who watch packets at present. Workers show them what passes; the control thread lets them come and go.
class Watches {
 public:
  /// `all` stands for them on the packet path: its level is that of the most curious one.
  explicit Watches(dataplane::Watch& all) : all_(all) {}

  /// A watch that is in already, or whose level changed, may be added again.
  void add(std::shared_ptr<dataplane::Watch> watch);
  /// When this returns it is not called any more.
  void remove(const dataplane::Watch& watch);

  /// Any worker thread.
  template <class Sight>
  void show(const Sight& sight, bool dropped) noexcept {
    // std::shared_mutex lets readers in as long as there is one: of many workers one always is.
    while (changing_.load(std::memory_order_relaxed)) std::this_thread::yield();
    const std::shared_lock lock(mutex_);
    for (const auto& watch : watches_)
      if (watch->wants(dropped)) watch->saw(sight);
  }

 private:
  dataplane::Watch& all_;
  std::atomic<bool> changing_{false};  // a change waits for the lock
  std::shared_mutex mutex_;
  std::vector<std::shared_ptr<dataplane::Watch>> watches_;  // guarded by mutex_

  template <class Change>
  void change(Change&& change);
};

}  // namespace vxtap::daemon
