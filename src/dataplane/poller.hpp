#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "dataplane/readiness.hpp"

namespace vxtap::dataplane {

/// Drains a worker's ports.
///
/// Theory of operation. A port sleeps in epoll until something is readable; then it is awake and drained one
/// batch at a time, in rounds with all others that are awake, until a few rounds in a row brought nothing to
/// any of them, or for a little longer when the last sleep turned out short: under load epoll is hardly
/// asked, and a port that answers at once is drained without a wake-up. `busy_poll` sets the least time. Bulk
/// that comes in small pieces is left to gather for a moment. Work posted to the io_context is done between
/// rounds, never within one.
class Poller {
 public:
  using Clock = std::chrono::steady_clock;

  /// Moves one batch; how many packets it had, or nothing when the port is dead and not to be watched any
  /// more.
  using Drain = std::function<std::optional<std::size_t>()>;
  class Port;

  /// `saturated` is called between rounds while the worker has next to all of a processor, every few
  /// milliseconds.
  Poller(boost::asio::io_context& context, std::function<void()> saturated)
      : context_(context), saturated_(std::move(saturated)) {}
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// `fd` is borrowed until the port is destroyed, which may happen between rounds only.
  std::unique_ptr<Port> watch(int fd, Drain drain);

  /// Until stop(), on the calling thread.
  void run();
  void stop() noexcept { stopped_ = true; }

  /// Any thread: sleeps, and has done so for at least `time`.
  bool idle_for(Clock::duration time) const noexcept;

  /// How long to look for more, beyond the few empty rounds, before sleeping. Between rounds.
  void set_busy_poll(std::chrono::nanoseconds time) noexcept { busy_poll_ = time; }

 private:
  // Constant after construction.
  boost::asio::io_context& context_;
  const std::function<void()> saturated_;

  // Worker thread only.
  std::chrono::nanoseconds busy_poll_{0};
  std::chrono::nanoseconds linger_{0};  // how long it looks for more of its own accord
  std::size_t packets_ = 0;             // moved since it woke
  std::size_t busy_rounds_ = 0;         // that moved them
  std::vector<Port*> awake_;
  Clock::time_point window_began_;
  Clock::duration window_used_{0};  // of the processor, when the window began
  bool stopped_ = false;

  std::atomic<Clock::rep> asleep_since_{0};  // 0: awake

  void sleep();
  void watch_load();
  bool is_bulk() const noexcept;
  std::size_t round();
  void let_sleep();
};

/// A descriptor under watch; destroying it ends the watch.
class Poller::Port {
 public:
  Port(Poller& poller, int fd, Drain drain);
  ~Port();
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  /// Drains it in the rounds to come without waiting for epoll: something is likely to be there soon.
  void wake();

 private:
  friend class Poller;
  Poller& poller_;
  Drain drain_;
  bool awake_ = false;
  bool dead_ = false;
  Readiness readiness_;
};

}  // namespace vxtap::dataplane
