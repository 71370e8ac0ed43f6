#include "ctl/channel.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace vxtap::ctl {
namespace {

std::string mend_of(int error) {
  switch (error) {
    case ENOENT:
    case ECONNREFUSED:
      return "; is vxtapd running, and is this its `control.socket` (-s)?";
    case EACCES:
    case EPERM:
      return "; run as root, or as a member of `control.group`";
    default:
      return "";
  }
}

}  // namespace

Channel::Channel(const Daemon& daemon)
    : daemon_(daemon),
      deadline_(Clock::now() + daemon.timeout),
      fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (fd_ < 0) throw_failure("socket", errno);
  try {
    connect();
  } catch (...) {
    ::close(fd_);
    throw;
  }
}

Channel::~Channel() {
  ::close(fd_);
}

void Channel::connect() const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (daemon_.socket.size() >= sizeof(address.sun_path))
    throw Unreachable(daemon_.socket + ": a socket's path has at most " +
                      std::to_string(sizeof(address.sun_path) - 1) + " bytes");
  std::memcpy(address.sun_path, daemon_.socket.c_str(), daemon_.socket.size() + 1);
  limit(SO_SNDTIMEO);  // holds for connect as well, which waits while the backlog is full
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    throw_failure("connect", errno);
}

void Channel::send(std::string_view text) {
  while (!text.empty()) {
    limit(SO_SNDTIMEO);
    const auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0) throw_failure("send", errno);
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string Channel::receive_line() {
  for (;;) {
    if (auto line = take_line()) return *std::move(line);
    limit(SO_RCVTIMEO);
    receive();
  }
}

std::optional<std::string> Channel::follow_line(int stop) {
  for (;;) {
    if (auto line = take_line()) return line;
    if (!wait_for_more(stop)) return std::nullopt;
    receive();
  }
}

std::optional<std::string> Channel::follow_bytes(int stop) {
  if (received_.empty()) {
    if (!wait_for_more(stop)) return std::nullopt;
    try_receive();
  }
  return std::exchange(received_, {});
}

std::string Channel::last_bytes() {
  constexpr timeval kForever{};
  if (received_.empty()) {
    const timeval time{.tv_sec = daemon_.timeout.count() / 1000,
                       .tv_usec = daemon_.timeout.count() % 1000 * 1000};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
    try_receive();
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kForever, sizeof(kForever));
  }
  return std::exchange(received_, {});
}

void Channel::finish_sending() noexcept {
  ::shutdown(fd_, SHUT_WR);
}

bool Channel::wait_for_more(int stop) const {
  std::array<pollfd, 2> watched{pollfd{.fd = stop, .events = POLLIN, .revents = 0},
                                pollfd{.fd = fd_, .events = POLLIN, .revents = 0}};
  while (::poll(watched.data(), watched.size(), -1) < 0)
    if (errno != EINTR) throw_failure("poll", errno);
  return watched[0].revents == 0;
}

std::optional<std::string> Channel::take_line() {
  const auto end = received_.find('\n', searched_);
  searched_ = end == std::string::npos ? received_.size() : 0;
  if (end == std::string::npos) return std::nullopt;
  auto line = received_.substr(0, end);
  received_.erase(0, end + 1);
  return line;
}

void Channel::receive() {
  if (!try_receive()) throw Unreachable(daemon_.socket + kClosed);
}

bool Channel::try_receive() {
  std::array<char, 65536> chunk{};
  const auto length = ::recv(fd_, chunk.data(), chunk.size(), 0);
  if (length < 0) throw_failure("receive", errno);
  received_.append(chunk.data(), static_cast<std::size_t>(length));
  return length != 0;
}

void Channel::limit(int option) const {
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(deadline_ - Clock::now());
  if (left.count() <= 0) throw_late();
  const timeval time{.tv_sec = left.count() / 1'000'000, .tv_usec = left.count() % 1'000'000};
  ::setsockopt(fd_, SOL_SOCKET, option, &time, sizeof(time));
}

void Channel::throw_late() const {
  throw_failure("", EAGAIN);
}

void Channel::throw_failure(const std::string& step, int error) const {
  if (error == EAGAIN)
    throw TimedOut(daemon_.socket + ": no answer within " + std::to_string(daemon_.timeout.count()) +
                   "ms; the daemon is busy or stuck, --timeout gives it longer");
  throw Unreachable(daemon_.socket + ": " + step + ": " + std::generic_category().message(error) +
                    mend_of(error));
}

}  // namespace vxtap::ctl
