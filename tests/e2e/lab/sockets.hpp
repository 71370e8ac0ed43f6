#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "lab/host.hpp"

namespace vxtap::lab {

/// The sockets API's own way to name an address of any family.
template <typename Address>
sockaddr* as_sockaddr(Address* address) {
  return reinterpret_cast<sockaddr*>(address);  // NOLINT: bind(2) asks for it
}

/// An IPv4 or IPv6 address and port.
class Endpoint {
 public:
  Endpoint() = default;
  /// Throws for what is no address.
  Endpoint(const std::string& address, std::uint16_t port);

  int family() const noexcept { return storage_.ss_family; }
  const sockaddr* data() const noexcept { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const noexcept { return size_; }

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

/// A socket in the host's namespace, bound to `local`. Reads and writes give up after `patience`.
UniqueFd bound_socket(Host& host, int type, const Endpoint& local, seconds patience = kPatience);
/// Likewise, connected to `remote`.
UniqueFd connected_socket(Host& host, int type, const Endpoint& remote, seconds patience = kPatience);

void set_patience(const UniqueFd& socket, seconds patience);

}  // namespace vxtap::lab
