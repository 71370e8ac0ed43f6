#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "dataplane/worker.hpp"

// How workers lend each other their receptions. Each step runs on the thread of the worker it belongs to and
// ends with a message to the other, so that nothing is ever touched by two.

namespace vxtap::dataplane {
namespace {

using namespace std::chrono_literals;

// Asleep for that long, a worker has nothing to do.
constexpr auto kIdle = 1ms;

// A loan ends by itself, and is renewed if the lender is then found saturated again: there is no state to
// decide wrongly and keep. Long beside what the two hand-overs cost.
constexpr auto kTerm = 200ms;

}  // namespace

void Worker::receive_here() {
  reception_.attach(poller_, [this] {
    // The host's answer to what was just written is there at once, more often than not.
    for (const TapId id : reception_.written_taps())
      if (const auto tap = taps_.find(id); tap != taps_.end() && tap->second.watch) tap->second.watch->wake();
  });
}

void Worker::relieve() {
  for (Worker* lender : std::vector(lenders_)) give_back(*lender);
  if (borrower_ != nullptr) return;
  const auto idle = std::ranges::find_if(peers_, [](Worker* peer) { return peer->poller_.idle_for(kIdle); });
  if (idle == peers_.end()) return;
  borrower_ = *idle;
  loans_.add(1);
  reception_.detach();
  boost::asio::post(borrower_->context_, [this, borrower = borrower_] { borrower->borrow(*this); });
}

void Worker::borrow(Worker& lender) {
  lenders_.push_back(&lender);
  lender.reception_.attach(poller_, [this, &lender, until = Poller::Clock::now() + kTerm] {
    // Not from within a round.
    if (Poller::Clock::now() >= until) boost::asio::post(context_, [this, &lender] { give_back(lender); });
  });
}

/// Asked for twice, by the term's end and by the lender, the second time finds nothing.
void Worker::give_back(Worker& lender) {
  if (std::erase(lenders_, &lender) == 0) return;
  lender.reception_.detach();
  boost::asio::post(lender.context_, [&lender] { lender.take_back(); });
}

void Worker::take_back() {
  borrower_ = nullptr;
  receive_here();
  for (auto& task : std::exchange(at_return_, {})) task();
}

}  // namespace vxtap::dataplane
