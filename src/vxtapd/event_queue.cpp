#include "vxtapd/event_queue.hpp"

#include <boost/asio/post.hpp>
#include <new>
#include <utility>

namespace vxtap::daemon {

EventQueue::EventQueue(boost::asio::io_context& context, Handler handler)
    : context_(context), handler_(std::move(handler)) {
  waiting_.reserve(kMost);
  taken_.reserve(kMost);
}

bool EventQueue::push(const Event& event) noexcept {
  const std::size_t room = std::holds_alternative<MembershipEvent>(event) ? kMost : kMost - kForMemberships;
  bool kept = false;
  {
    const std::lock_guard lock(mutex_);
    kept = waiting_.size() < room;
    if (kept)
      waiting_.push_back(event);
    else
      ++lost_;
    if (std::exchange(drain_posted_, true)) return kept;
  }
  try {
    boost::asio::post(context_, [this] { drain(); });
  } catch (const std::bad_alloc&) {
    const std::lock_guard lock(mutex_);
    drain_posted_ = false;  // the next event tries again
  }
  return kept;
}

void EventQueue::drain() {
  std::uint64_t lost = 0;
  {
    const std::lock_guard lock(mutex_);
    taken_.clear();
    taken_.swap(waiting_);
    lost = std::exchange(lost_, 0);
    drain_posted_ = false;
  }
  handler_(taken_, lost);
}

}  // namespace vxtap::daemon
