#include "io/socket_address.hpp"

#include <cstring>

namespace vxtap::io {

SocketAddress::SocketAddress(const Remote& remote, std::uint32_t scope, std::uint32_t flow_label) noexcept {
  const auto octets = remote.address.octets();
  if (remote.address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(remote.port);
    std::memcpy(&v4.sin_addr, octets.data(), octets.size());
    std::memcpy(&storage, &v4, sizeof v4);
    size = sizeof v4;
    return;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(remote.port);
  std::memcpy(&v6.sin6_addr, octets.data(), octets.size());
  v6.sin6_flowinfo = htonl(flow_label);
  v6.sin6_scope_id = remote.address.is_link_local() || remote.address.is_multicast() ? scope : 0;
  std::memcpy(&storage, &v6, sizeof v6);
  size = sizeof v6;
}

const sockaddr* SocketAddress::get() const noexcept {
  return static_cast<const sockaddr*>(static_cast<const void*>(&storage));
}
sockaddr* SocketAddress::get() noexcept {
  return static_cast<sockaddr*>(static_cast<void*>(&storage));
}

Remote SocketAddress::remote() const noexcept {
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    std::array<std::uint8_t, 4> octets{};
    std::memcpy(octets.data(), &v4.sin_addr, octets.size());
    return {VtepAddress::from_v4(octets), ntohs(v4.sin_port)};
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &storage, sizeof v6);
  std::array<std::uint8_t, 16> octets{};
  std::memcpy(octets.data(), &v6.sin6_addr, octets.size());
  return {VtepAddress::from_v6(octets), ntohs(v6.sin6_port)};
}

}  // namespace vxtap::io
