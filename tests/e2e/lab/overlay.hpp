#pragma once

#include <cstddef>
#include <string>

#include "lab/wire.hpp"

namespace vxtap::lab {

/// Addresses of host `index` inside segment 42: 10.42.0.1 or fd42::1 for the first. Another segment's
/// `network` takes the place of the 42.
std::string overlay_address(std::size_t index, Family family, unsigned network = 42);
/// MAC of the VTEP interface of host `index`.
std::string overlay_mac(std::size_t index);

/// One end of a tunnel, as both the kernel's device and vxtapd's file are made from it.
struct Vtep {
  std::size_t self = 0;  ///< index of the host on the wire
  Family family = Family::kIpv4;
  unsigned vni = 42;
  std::string device = "vx42";
  unsigned port = 4789;
  unsigned mtu = 0;       ///< 0: 1500 less the overhead
  unsigned network = 42;  ///< of overlay_address()
  std::string tap = {};   ///< vxtapd only: further keys of `tap:`, YAML flow text
};

/// The kernel's own driver as a VTEP, still down and without an address. `peers` are words of `ip link add
/// type vxlan`: "remote 192.0.2.2" or "group 239.1.1.1 dev eth0".
void add_kernel_device(Host& host, const Vtep& vtep, const std::string& peers);
/// The same, up, with both overlay addresses.
void add_kernel_vxlan(Host& host, const Vtep& vtep, const std::string& peers);

/// A configuration with one segment, named blue. `peers` and `more` are YAML flow text: "mode: unicast,
/// remote: 192.0.2.2" and further keys of the segment ("fdb: {learning: false}"). `underlay` likewise.
std::string segment_config(const Vtep& vtep, const std::string& peers, const std::string& more = "",
                           const std::string& underlay = "");

/// "mode: unicast, remote: ADDRESS" of the other host.
std::string unicast_to(std::size_t peer, Family family = Family::kIpv4);

}  // namespace vxtap::lab
