#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vxtap::test {

/// A client that can misbehave. Waits are bounded by 20 s, far above what any answer takes.
class RawClient {
 public:
  explicit RawClient(const std::string& path) : RawClient(AF_UNIX) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    connect(address);
  }
  ~RawClient() { ::close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// So many bytes; fewer when the server closed before.
  std::string bytes(std::size_t count) {
    while (received_.size() < count && receive()) {
    }
    auto text = received_.substr(0, count);
    received_.erase(0, count);
    return text;
  }

  /// False when the server closed before it had taken all.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// The next line without its newline; empty when the server closed.
  std::string line() {
    for (;;) {
      const auto end = received_.find('\n');
      if (end != std::string::npos) {
        auto text = received_.substr(0, end);
        received_.erase(0, end + 1);
        return text;
      }
      if (!receive()) return "";
    }
  }

  std::string ask(std::string_view request) {
    send(std::string(request) + '\n');
    return line();
  }

  /// Waits until the server has closed; false if it has not after 20 s.
  bool closed() {
    while (receive()) {
    }
    return !timed_out_;
  }

  /// Waits until something has come, without taking it.
  bool peek() {
    char first = 0;
    return ::recv(fd_, &first, 1, MSG_PEEK) == 1;
  }
  int descriptor() const noexcept { return fd_; }

  void finish_sending() { ::shutdown(fd_, SHUT_WR); }

 protected:
  explicit RawClient(int family) : fd_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  }

  template <typename Address>
  void connect(const Address& address) {
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
      throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
  }

 private:
  bool receive() {
    std::array<char, 65536> chunk{};
    const auto length = ::recv(fd_, chunk.data(), chunk.size(), 0);
    timed_out_ = length < 0 && errno == EAGAIN;
    if (length <= 0) return false;
    received_.append(chunk.data(), static_cast<std::size_t>(length));
    return true;
  }

  int fd_;
  bool timed_out_ = false;
  std::string received_;
};

inline constexpr std::string_view kVersionRequest = R"({"jsonrpc":"2.0","id":1,"method":"version"})";
inline constexpr std::string_view kVersionAnswer = R"({"jsonrpc":"2.0","id":1,"result":{"vxtapd":"0.1.0"}})";

}  // namespace vxtap::test
