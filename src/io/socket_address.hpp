#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>

#include "vxtap/vtep_address.hpp"

namespace vxtap::io {

/// A sockaddr of either family with its length.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  SocketAddress() = default;
  /// `scope` is the interface index of a link-local address, else 0; `flow_label` counts for IPv6 only.
  SocketAddress(const Remote& remote, std::uint32_t scope, std::uint32_t flow_label = 0) noexcept;

  const sockaddr* get() const noexcept;
  sockaddr* get() noexcept;
  /// Meaningful only for AF_INET and AF_INET6.
  Remote remote() const noexcept;
};

}  // namespace vxtap::io
