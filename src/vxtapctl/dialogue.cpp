#include "ctl/dialogue.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include "ctl/exchange.hpp"

namespace vxtap::ctl {

void Dialogue::ask(std::string_view method, const json::object& params) {
  channel_.renew();
  channel_.send(request_line(method, params));
  waiting_ = true;
}

Dialogue::Clock::time_point Dialogue::deadline() const {
  return waiting_ ? channel_.deadline() : Clock::time_point::max();
}

void Dialogue::check_deadline() const {
  if (waiting_ && Clock::now() >= channel_.deadline()) channel_.throw_late();
}

std::optional<json::value> Dialogue::take_answer() {
  if (!waiting_) return std::nullopt;
  const auto line = channel_.take_line();
  if (!line) return std::nullopt;
  waiting_ = false;
  return result_in(daemon_, *line);
}

std::optional<json::value> Dialogue::take_event() {
  if (waiting_) return std::nullopt;
  const auto line = channel_.take_line();
  return line ? std::optional(event_in(daemon_, *line)) : std::nullopt;
}

void wait_for(std::initializer_list<int> descriptors, Dialogue::Clock::time_point until) {
  std::vector<pollfd> watched;
  for (const int descriptor : descriptors)
    watched.push_back({.fd = descriptor, .events = POLLIN, .revents = 0});
  const auto now = Dialogue::Clock::now();
  const auto left = until <= now
                        ? std::chrono::milliseconds(0)
                        : std::chrono::ceil<std::chrono::milliseconds>(
                              std::min<Dialogue::Clock::duration>(until - now, std::chrono::hours(1)));
  if (::poll(watched.data(), watched.size(), static_cast<int>(left.count())) < 0 && errno != EINTR)
    throw std::system_error(errno, std::generic_category(), "poll");
}

bool readable(int descriptor) {
  pollfd watched{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&watched, 1, 0) > 0 && watched.revents != 0;
}

}  // namespace vxtap::ctl
