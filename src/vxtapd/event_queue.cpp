#include "vxtapd/event_queue.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace vxtap::daemon {

EventQueue::EventQueue(boost::asio::io_context& context, Handler handler)
    : context_(context), handler_(std::move(handler)) {
  waiting_.reserve(kMost);
}

void EventQueue::push(const Event& event) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() == kMost) {
      ++lost_;
      return;
    }
    waiting_.push_back(event);
    if (waiting_.size() > 1) return;  // a drain is on its way
  }
  boost::asio::post(context_, [this] { drain(); });
}

void EventQueue::drain() {
  std::vector<Event> events;
  events.reserve(kMost);
  std::uint64_t lost = 0;
  {
    const std::lock_guard lock(mutex_);
    events.swap(waiting_);
    lost = std::exchange(lost_, 0);
  }
  handler_(events, lost);
}

}  // namespace vxtap::daemon
