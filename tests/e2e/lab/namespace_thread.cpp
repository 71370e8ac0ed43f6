#include "lab/namespace_thread.hpp"

#include <sched.h>
#include <unistd.h>

#include <exception>

#include "lab/unique_fd.hpp"

namespace vxtap::lab {

NamespaceThread::NamespaceThread() {
  std::promise<pid_t> ready;
  auto tid = ready.get_future();
  thread_ = std::thread([this, promise = std::move(ready)]() mutable { serve(std::move(promise)); });
  try {
    tid_ = tid.get();
  } catch (...) {
    thread_.join();
    throw;
  }
}

NamespaceThread::~NamespaceThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void NamespaceThread::post(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
  }
  changed_.notify_one();
}

void NamespaceThread::serve(std::promise<pid_t> ready) {
  try {
    check(unshare(CLONE_NEWNET), "unshare(CLONE_NEWNET)");
    ready.set_value(gettid());
  } catch (...) {
    ready.set_exception(std::current_exception());
    return;
  }
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
  }
}

}  // namespace vxtap::lab
