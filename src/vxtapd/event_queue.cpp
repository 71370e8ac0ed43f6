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
  {
    const std::size_t room = std::holds_alternative<MembershipEvent>(event) ? kMost : kMost - kForMemberships;
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= room) {
      ++lost_;
      return false;
    }
    waiting_.push_back(event);
    if (waiting_.size() > 1) return true;  // a drain is on its way
  }
  try {
    boost::asio::post(context_, [this] { drain(); });
  } catch (const std::bad_alloc&) {
    const std::lock_guard lock(mutex_);
    lost_ += waiting_.size();
    waiting_.clear();
    return false;
  }
  return true;
}

void EventQueue::drain() {
  std::uint64_t lost = 0;
  {
    const std::lock_guard lock(mutex_);
    taken_.clear();
    taken_.swap(waiting_);
    lost = std::exchange(lost_, 0);
  }
  handler_(taken_, lost);
}

}  // namespace vxtap::daemon
