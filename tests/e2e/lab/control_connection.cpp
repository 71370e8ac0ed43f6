#include "lab/control_connection.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <stdexcept>

#include "lab/sockets.hpp"

namespace vxtap::lab {

UniqueFd connect_control(const std::filesystem::path& path) {
  UniqueFd client(check(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  check(connect(client.get(), as_sockaddr(&address), sizeof address), "connect " + path.string());
  set_patience(client, kPatience);
  return client;
}

ControlConnection::ControlConnection(const std::filesystem::path& path) : socket_(connect_control(path)) {}

boost::json::value ControlConnection::call(const std::string& method, const boost::json::object& params) {
  const boost::json::object request{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}};
  const std::string line = boost::json::serialize(request) + '\n';
  if (send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
    throw std::runtime_error("control socket: not sent: " + line);
  auto answer = boost::json::parse(read_line());
  if (const auto* error = answer.as_object().if_contains("error"))
    throw std::runtime_error(method + ": " + boost::json::serialize(*error));
  return answer.at("result");
}

std::string ControlConnection::read_line() {
  for (;;) {
    if (const auto end = received_.find('\n'); end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return line;
    }
    std::array<char, 65536> chunk;
    const ssize_t size = recv(socket_.get(), chunk.data(), chunk.size(), 0);
    if (size <= 0) throw std::runtime_error("control socket: no answer");
    received_.append(chunk.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace vxtap::lab
