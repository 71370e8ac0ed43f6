#include "lab/tunnel.hpp"

namespace vxtap::lab {

Tunnel::Tunnel(Peer peer, Family underlay, const WireOptions& options) : wire(2, options), family(underlay) {
  const unsigned inner_mtu = options.mtu - encap_overhead(family);
  if (peer == Peer::kKernel)
    add_kernel_vxlan(far(), {.self = 1, .family = family, .mtu = inner_mtu},
                     "remote " + underlay_address(0, family));
  else
    far_daemon.emplace(far(), segment_config({.self = 1, .family = family}, unicast_to(0, family)));
  near_daemon.emplace(near(), segment_config({.self = 0, .family = family}, unicast_to(1, family)));
}

}  // namespace vxtap::lab
