#include "ctl/client.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace vxtap::ctl {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRequestId = 1;  // there is one request on a connection

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

/// A connection whose every wait ends at one deadline.
class Channel {
 public:
  explicit Channel(const Daemon& daemon)
      : daemon_(daemon),
        deadline_(Clock::now() + daemon.timeout),
        fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (fd_ < 0) throw_failure("socket", errno);
  }
  ~Channel() { ::close(fd_); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (daemon_.socket.size() >= sizeof(address.sun_path)) throw_failure("connect", ENAMETOOLONG);
    std::memcpy(address.sun_path, daemon_.socket.c_str(), daemon_.socket.size() + 1);
    limit(SO_SNDTIMEO);  // holds for connect as well, which waits while the backlog is full
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
      throw_failure("connect", errno);
  }

  void send(std::string_view text) {
    while (!text.empty()) {
      limit(SO_SNDTIMEO);
      const auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent < 0) throw_failure("send", errno);
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// Up to the newline, which stays away.
  std::string receive_line() {
    std::string line;
    std::array<char, 65536> chunk{};
    for (;;) {
      limit(SO_RCVTIMEO);
      const auto length = ::recv(fd_, chunk.data(), chunk.size(), 0);
      if (length < 0) throw_failure("receive", errno);
      if (length == 0)
        throw Unreachable(daemon_.socket + ": closed before an answer came; the daemon's log may say why");
      const std::string_view text(chunk.data(), static_cast<std::size_t>(length));
      const auto end = text.find('\n');
      line += text.substr(0, end);
      if (end != std::string_view::npos) return line;
    }
  }

 private:
  void limit(int option) const {
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(deadline_ - Clock::now());
    if (left.count() <= 0) throw_failure("", EAGAIN);
    const timeval time{.tv_sec = left.count() / 1'000'000, .tv_usec = left.count() % 1'000'000};
    ::setsockopt(fd_, SOL_SOCKET, option, &time, sizeof(time));
  }

  [[noreturn]] void throw_failure(const std::string& step, int error) const {
    if (error == EAGAIN)
      throw TimedOut(daemon_.socket + ": no answer within " + std::to_string(daemon_.timeout.count()) +
                     "ms; the daemon is busy or stuck, --timeout gives it longer");
    throw Unreachable(daemon_.socket + ": " + step + ": " + std::generic_category().message(error) +
                      mend_of(error));
  }

  const Daemon& daemon_;
  Clock::time_point deadline_;
  int fd_;
};

Refused refused(const json::value& error) {
  std::vector<std::string> messages;
  const auto& object = error.as_object();
  if (const auto* data = object.if_contains("data"))
    for (const auto& message : data->at("messages").as_array()) messages.emplace_back(message.as_string());
  if (messages.empty()) messages.emplace_back(object.at("message").as_string());
  return Refused(std::move(messages));
}

json::value result_of(const std::string& line) {
  auto answer = json::parse(line);
  auto& object = answer.as_object();
  if (const auto* error = object.if_contains("error")) throw refused(*error);
  if (object.at("id") != json::value(kRequestId)) throw std::invalid_argument("another request's answer");
  return std::move(object.at("result"));
}

}  // namespace

json::value call(const Daemon& daemon, std::string_view method, const json::object& params) {
  const json::object request{{"jsonrpc", "2.0"},
                             {"id", kRequestId},
                             {"method", json::string_view(method.data(), method.size())},
                             {"params", params}};
  Channel channel(daemon);
  channel.connect();
  channel.send(control::to_text(request) + '\n');
  const auto line = channel.receive_line();
  try {
    return result_of(line);
  } catch (const Refused&) {
    throw;
  } catch (const std::exception& error) {
    throw Unreachable(daemon.socket + ": what answers there is not vxtapd (" + error.what() + ")");
  }
}

}  // namespace vxtap::ctl
