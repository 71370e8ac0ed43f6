#pragma once

#include <memory>
#include <string>

#include "lab/host.hpp"

namespace vxtap::lab {

/// What this machine lacks for a WireGuard interface; empty when it has the kernel's or wireguard-go, and the
/// tool wg.
std::string missing_wireguard(Host& host);

struct WireGuardKeys {
  std::string secret, open;
};
WireGuardKeys make_wireguard_keys(Host& host);

/// The interface wg0 of a host, as `wg-quick up` makes it: the kernel's where it has one, else that of a
/// wireguard-go, which ends with this object or with the interface.
class WireGuard {
 public:
  /// `configuration` is a file of wg-quick(8), of which PrivateKey, ListenPort, peers, one Address and the
  /// MTU are heeded. The interface is up when this returns.
  WireGuard(Host& host, const std::string& configuration);

 private:
  bool made_by_kernel();
  void start_userspace();
  CommandResult wg(Arguments words);

  Host& host_;
  std::unique_ptr<Process> process_;  ///< wireguard-go, where the kernel has no such interface
};

}  // namespace vxtap::lab
