#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "ctl/channel.hpp"

namespace vxtap::ctl {

/// One connection for many requests, one at a time, none of which blocks: whoever has other things to wait
/// for as well asks, polls descriptor() until deadline(), and takes what came. Throws as call() does. Borrows
/// `daemon`.
class Dialogue {
 public:
  using Clock = Channel::Clock;

  explicit Dialogue(const Daemon& daemon) : daemon_(daemon), channel_(daemon) {}

  void ask(std::string_view method, const json::object& params);
  /// Whether the last request has no answer yet.
  bool waiting() const noexcept { return waiting_; }

  int descriptor() const noexcept { return channel_.descriptor(); }
  /// When the answer is late; the end of time without a request.
  Clock::time_point deadline() const;
  /// Reads what the descriptor has; throws Unreachable when the daemon left.
  void read() { channel_.receive(); }
  /// Throws TimedOut past deadline().
  void check_deadline() const;

  /// The request's result once it is complete.
  std::optional<json::value> take_answer();
  /// The next event, after the answer to `subscribe`.
  std::optional<json::value> take_event();

 private:
  const Daemon& daemon_;
  Channel channel_;
  bool waiting_ = false;
};

/// Sleeps until one of the descriptors has something to read (or its other end is gone), a signal came, or it
/// is `until`.
void wait_for(std::initializer_list<int> descriptors, Dialogue::Clock::time_point until);
/// Whether there is something to read, without waiting.
bool readable(int descriptor);

/// How long a connection may be idle before the daemon takes it for abandoned, with a margin
/// (control/limits.hpp).
inline constexpr std::chrono::seconds kLongestSilence{120};

}  // namespace vxtap::ctl
