#include "lab/narrowing.hpp"

#include "lab/overlay.hpp"

namespace vxtap::lab {

Narrowing::Narrowing(Family underlay, unsigned far_mtu) : family(underlay) {
  connect(near, "eth0", router, "near0");
  connect(router, "far0", far, "eth0");
  router.sysctl("ipv4/ip_forward", "1");
  router.sysctl("ipv6/conf/all/forwarding", "1");
  place(near, "eth0", 1, 1, kNearMtu);
  place(router, "near0", 1, 9, kNearMtu);
  place(router, "far0", 2, 9, far_mtu);
  place(far, "eth0", 2, 2, far_mtu);
  lead_out(near, 1);
  lead_out(far, 2);
}

std::string Narrowing::address(unsigned net, unsigned host) const {
  const std::string numbers = std::to_string(net) + (family == Family::kIpv4 ? "." : "::");
  return (family == Family::kIpv4 ? "198.51." : "2001:db8:") + numbers + std::to_string(host);
}

std::string Narrowing::config(const std::string& underlay, const std::string& tap_more) const {
  return "underlay: {local: \"" + address(1, 1) + "\"" + underlay +
         "}\nsegments:\n  - vni: 42\n    tap: {name: vx42, mac: \"" + overlay_mac(0) + "\"" + tap_more +
         "}\n    peers: {mode: unicast, remote: \"" + address(2, 2) + "\"}\n";
}

void Narrowing::add_kernel_vtep() {
  far.ip("link add vx42 type vxlan id 42 dstport 4789 local " + address(2, 2) + " remote " + address(1, 1));
  far.ip("link set vx42 mtu " + std::to_string(kNearMtu - encap_overhead(family)) + " up");
  far.ip("addr add 10.42.0.2/24 dev vx42");
  far.ip("addr add fd42::2/64 dev vx42 nodad");
}

void Narrowing::place(Host& host, const std::string& device, unsigned net, unsigned number,
                      unsigned mtu) const {
  host.ip("link set " + device + " mtu " + std::to_string(mtu));
  host.ip("addr add " + address(net, number) + (family == Family::kIpv4 ? "/24" : "/64") + " dev " + device +
          (family == Family::kIpv4 ? "" : " nodad"));
}

void Narrowing::lead_out(Host& host, unsigned net) const {
  host.ip((family == Family::kIpv4 ? "" : "-6 ") + std::string("route add default via ") + address(net, 9));
}

}  // namespace vxtap::lab
