#include "lab/echo_server.hpp"

#include <array>
#include <cstdint>

namespace vxtap::lab {

EchoServer::EchoServer(Host& host, const Endpoint& endpoint)
    : socket_(bound_socket(host, SOCK_DGRAM, endpoint, seconds(1))), thread_([this] { serve(); }) {}

EchoServer::~EchoServer() {
  stopping_ = true;
  shutdown(socket_.get(), SHUT_RD);  // wakes the reader
  thread_.join();
}

void EchoServer::serve() {
  std::array<std::uint8_t, 65536> buffer;
  while (!stopping_) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const ssize_t n = recvfrom(socket_.get(), buffer.data(), buffer.size(), 0, as_sockaddr(&from), &size);
    if (n < 0 || stopping_) continue;
    sendto(socket_.get(), buffer.data(), static_cast<std::size_t>(n), 0, as_sockaddr(&from), size);
  }
}

}  // namespace vxtap::lab
