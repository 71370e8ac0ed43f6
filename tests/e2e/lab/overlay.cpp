#include "lab/overlay.hpp"

namespace vxtap::lab {
namespace {

std::string own_prefix(const Vtep& vtep, Family family) {
  return overlay_address(vtep.self, family, vtep.network) + (family == Family::kIpv4 ? "/24" : "/64");
}

std::string interface_mtu(const Vtep& vtep) {
  return std::to_string(vtep.mtu != 0 ? vtep.mtu : 1500 - encap_overhead(vtep.family));
}

}  // namespace

std::string overlay_address(std::size_t index, Family family, unsigned network) {
  const std::string middle = std::to_string(network);
  return (family == Family::kIpv4 ? "10." + middle + ".0." : "fd" + middle + "::") +
         std::to_string(index + 1);
}

std::string overlay_mac(std::size_t index) {
  return "02:42:00:00:00:0" + std::to_string(index + 1);
}

void add_kernel_device(Host& host, const Vtep& vtep, const std::string& peers) {
  host.ip("link add " + vtep.device + " type vxlan id " + std::to_string(vtep.vni) + " dstport " +
          std::to_string(vtep.port) + " local " + underlay_address(vtep.self, vtep.family) + " " + peers);
  host.ip("link set " + vtep.device + " address " + overlay_mac(vtep.self) + " mtu " + interface_mtu(vtep));
}

void add_kernel_vxlan(Host& host, const Vtep& vtep, const std::string& peers) {
  add_kernel_device(host, vtep, peers);
  host.ip("addr add " + own_prefix(vtep, Family::kIpv4) + " dev " + vtep.device);
  host.ip("addr add " + own_prefix(vtep, Family::kIpv6) + " dev " + vtep.device + " nodad");
  host.ip("link set " + vtep.device + " up");
}

std::string segment_config(const Vtep& vtep, const std::string& peers, const std::string& more,
                           const std::string& underlay) {
  const std::string mtu = vtep.mtu == 0 ? "auto" : std::to_string(vtep.mtu);
  return "underlay: {local: \"" + underlay_address(vtep.self, vtep.family) +
         "\", port: " + std::to_string(vtep.port) + (underlay.empty() ? "" : ", " + underlay) + "}\n" +
         "segments:\n" + "  - vni: " + std::to_string(vtep.vni) + "\n" + "    name: blue\n" +
         "    tap: {name: " + vtep.device + ", mtu: " + mtu + ", mac: \"" + overlay_mac(vtep.self) +
         "\", addresses: [" + own_prefix(vtep, Family::kIpv4) + ", \"" + own_prefix(vtep, Family::kIpv6) +
         "\"]" + (vtep.tap.empty() ? "" : ", " + vtep.tap) + "}\n" + "    peers: {" + peers + "}\n" +
         (more.empty() ? "" : "    " + more + "\n");
}

std::string unicast_to(std::size_t peer, Family family) {
  return "mode: unicast, remote: \"" + underlay_address(peer, family) + "\"";
}

}  // namespace vxtap::lab
