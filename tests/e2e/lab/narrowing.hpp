#pragma once

#include <string>

#include "lab/host.hpp"
#include "lab/wire.hpp"

namespace vxtap::lab {

/// An underlay that narrows on the way: 5000 bytes at the near host and less behind a router. The far VTEP is
/// the kernel's.
struct Narrowing {
  static constexpr unsigned kNearMtu = 5000, kFarMtu = 4000;

  explicit Narrowing(Family underlay, unsigned far_mtu = kFarMtu);

  /// Of a host in the near (1) or the far (2) net; the router is number 9 in both.
  std::string address(unsigned net, unsigned host) const;

  /// vxtapd on the near host, with further keys of `underlay`; the kernel's device on the far one.
  std::string config(const std::string& underlay, const std::string& tap_more = "") const;
  void add_kernel_vtep();

  Family family;
  Host near, router, far;

 private:
  void place(Host& host, const std::string& device, unsigned net, unsigned number, unsigned mtu) const;
  void lead_out(Host& host, unsigned net) const;
};

}  // namespace vxtap::lab
