#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "control/json_text.hpp"

/// One call over the control socket, or one stream of events. Blocking.
namespace vxtap::ctl {

namespace json = boost::json;

/// Nobody is there, nobody lets us in, or what is there is no vxtapd.
class Unreachable : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Behind the socket's name.
inline constexpr auto kClosed =
    ": closed by the other side: vxtapd ended, or nothing was read here for half a minute";

/// The daemon did not answer in time.
class TimedOut : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The daemon's answer is an error: what() in short, and its reasons line by line (at least one).
class Refused : public std::runtime_error {
 public:
  explicit Refused(std::vector<std::string> messages)
      : std::runtime_error(messages.front()), messages_(std::move(messages)) {}
  const std::vector<std::string>& messages() const noexcept { return messages_; }

 private:
  std::vector<std::string> messages_;
};

struct Daemon {
  std::string socket;
  std::chrono::milliseconds timeout;  ///< for the whole call; for a stream, until it begins
};

/// The result of `method`; throws the three above.
json::value call(const Daemon& daemon, std::string_view method, const json::object& params);

/// Subscribes, and hands each event to `on_event` until it says false, or SIGINT or SIGTERM comes. Throws as
/// call() does, Unreachable when the daemon ends the stream as well.
void follow(const Daemon& daemon, const json::object& params,
            const std::function<bool(const json::value&)>& on_event);

/// Calls `method`, and hands the bytes that follow its answer to `on_bytes` until it says false or the daemon
/// ends the stream. At SIGINT or SIGTERM it asks the daemon to come to the end; `on_bytes` also gets a
/// descriptor that is readable from then on. Throws as call() does.
void stream(const Daemon& daemon, std::string_view method, const json::object& params,
            const std::function<bool(std::string_view bytes, int stop)>& on_bytes);

}  // namespace vxtap::ctl
