#include "lab/sockets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/time.h>

#include <cstring>
#include <stdexcept>

namespace vxtap::lab {

Endpoint::Endpoint(const std::string& address, std::uint16_t port) {
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    size_ = sizeof v4;
    std::memcpy(&storage_, &v4, sizeof v4);
  } else if (inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    size_ = sizeof v6;
    std::memcpy(&storage_, &v6, sizeof v6);
  } else {
    throw std::invalid_argument("no address: " + address);
  }
}

void set_patience(const UniqueFd& socket, seconds patience) {
  const timeval time{patience.count(), 0};
  check(setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time), "SO_RCVTIMEO");
  check(setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time), "SO_SNDTIMEO");
}

UniqueFd bound_socket(Host& host, int type, const Endpoint& local, seconds patience) {
  UniqueFd socket = host.socket(local.family(), type);
  const int on = 1;
  check(setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  set_patience(socket, patience);
  check(bind(socket.get(), local.data(), local.size()), "bind");
  return socket;
}

UniqueFd connected_socket(Host& host, int type, const Endpoint& remote, seconds patience) {
  UniqueFd socket = host.socket(remote.family(), type);
  set_patience(socket, patience);
  check(connect(socket.get(), remote.data(), remote.size()), "connect");
  return socket;
}

}  // namespace vxtap::lab
