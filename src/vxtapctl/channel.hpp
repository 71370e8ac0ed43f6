#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "ctl/client.hpp"

namespace vxtap::ctl {

/// A connection to the daemon, line by line. Throws Unreachable and TimedOut. Borrows `daemon`.
class Channel {
 public:
  using Clock = std::chrono::steady_clock;

  /// Connects. Its timeout runs from here on, over everything but follow_line(), follow_bytes() and
  /// receive().
  explicit Channel(const Daemon& daemon);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void send(std::string_view text);
  /// Up to the newline, which stays away.
  std::string receive_line();
  /// The same however long it takes, or empty as soon as the descriptor `stop` has something to read.
  std::optional<std::string> follow_line(int stop);
  /// Whatever comes, however long it takes; an empty string when the other side has ended the stream.
  std::optional<std::string> follow_bytes(int stop);
  /// The same with nothing to stop it, but for --timeout.
  std::string last_bytes();
  /// Nothing will be sent any more.
  void finish_sending() noexcept;

  /// For those who wait for several things: the descriptor to wait for, what to do when it has something to
  /// read, and the next line of what was received, if it is complete.
  int descriptor() const noexcept { return fd_; }
  void receive();
  std::optional<std::string> take_line();
  Clock::time_point deadline() const noexcept { return deadline_; }
  /// Has the timeout run from now on.
  void renew() { deadline_ = Clock::now() + daemon_.timeout; }
  /// As when an answer is late.
  [[noreturn]] void throw_late() const;

 private:
  void connect() const;
  /// False when `stop` has something to read first.
  bool wait_for_more(int stop) const;
  /// False at the end.
  bool try_receive();
  void limit(int option) const;
  [[noreturn]] void throw_failure(const std::string& step, int error) const;

  const Daemon& daemon_;
  Clock::time_point deadline_;
  const int fd_;
  std::string received_;
  std::size_t searched_ = 0;  // bytes of received_ without a newline
};

}  // namespace vxtap::ctl
