#include "vxtapd/errand.hpp"

#include <boost/asio/post.hpp>
#include <csignal>
#include <exception>
#include <memory>
#include <system_error>
#include <utility>

#include "control/fault.hpp"

namespace vxtap::daemon {
namespace {

/// Signals are the control thread's: Asio's handler writes to a pipe, whichever thread runs it, but a call of
/// this one should not be cut short.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

/// A function that returns what the work returned, or throws what it threw.
std::function<control::json::value()> outcome_of(const Errand::Work& work, const std::stop_token& stop) {
  try {
    return [value = work(stop)] { return value; };
  } catch (...) {
    return [error = std::current_exception()]() -> control::json::value { std::rethrow_exception(error); };
  }
}

}  // namespace

Errand::~Errand() = default;

control::Later Errand::call(Work work) {
  if (busy_)
    throw control::refused(
        "another path-mtu or doctor is under way, and they take turns; try again in a few seconds");
  return [this, work = std::move(work)](control::Finish finish) { start(work, std::move(finish)); };
}

void Errand::start(Work work, control::Finish finish) {
  busy_ = true;
  const SignalsBlocked blocked;
  // The thread hands over a pointer: what the answer holds goes where the control thread runs it.
  auto done = std::make_shared<control::Finish>(std::move(finish));
  try {
    thread_ = std::jthread([this, work = std::move(work), done](const std::stop_token& stop) mutable {
      auto outcome = outcome_of(work, stop);
      boost::asio::post(context_, [this, done = std::move(done), outcome = std::move(outcome)] {
        busy_ = false;
        (*done)(outcome);
      });
    });
  } catch (const std::system_error& error) {
    busy_ = false;
    const std::string text = error.what();
    (*done)([&]() -> control::json::value { throw control::refused("no thread for it: " + text); });
  }
}

}  // namespace vxtap::daemon
