#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>

namespace vxtap::lab {

/// A thread that lives in a network namespace of its own. The namespace has no name: it goes when the thread
/// and the sockets and processes made on it are gone, also when the test is killed.
class NamespaceThread {
 public:
  NamespaceThread();
  ~NamespaceThread();
  NamespaceThread(const NamespaceThread&) = delete;
  NamespaceThread& operator=(const NamespaceThread&) = delete;

  /// Thread id: iproute2 takes it as `netns TID`, procfs as /proc/TID.
  pid_t tid() const noexcept { return tid_; }

  /// Calls `work` on the thread, waits, and returns its result or throws its exception. Any thread may call.
  template <typename Work>
  std::invoke_result_t<Work> run(Work&& work) {
    if (std::this_thread::get_id() == thread_.get_id()) return work();
    std::packaged_task<std::invoke_result_t<Work>()> task(std::forward<Work>(work));
    auto result = task.get_future();
    post([&task] { task(); });
    return result.get();
  }

 private:
  void post(std::function<void()> work);
  void serve(std::promise<pid_t> ready);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;  // guarded by mutex_
  bool stopping_ = false;                    // guarded by mutex_
  pid_t tid_ = 0;                            // constant after construction
  std::thread thread_;
};

}  // namespace vxtap::lab
