#include "iproute2/complete.hpp"

#include <algorithm>

namespace vxtap::iproute2 {
namespace {

using config::quote;

void check_kind(const Device& device, Findings& findings) {
  if (device.vnifilter && !device.external)
    findings.wrong(*device.vnifilter, "'vnifilter' is for a device with `external`; leave it out");
  if (device.gpe && !device.external)
    return findings.wrong(*device.gpe, "'gpe' is for a device with `external`; leave it out");
  if (device.external && device.vni)
    return findings.wrong(*device.external, "'external' cannot stand beside a VNI; keep one of them");
  if (device.gpe)
    findings.impossible(*device.gpe,
                        "'gpe' carries packets without an Ethernet header, which vxtapd does not; keep the "
                        "kernel's driver for this device");
  else if (device.external)
    findings.impossible(
        *device.external,
        "'external' leaves VNI and remote to routes and tc; write a command with `id`, `local` and "
        "`remote` for each VNI, or segments with `vlan` on one TAP (see vxtapd.yaml(5))");
  else if (!device.vni)
    findings.wrong(device.name, "the vxlan device " + quote(device.name.text) + " has no VNI; add `id VNI`");
}

/// What the addresses need of each other (drivers/net/vxlan: vxlan_config_validate).
void check_addresses(const Device& device, Findings& findings) {
  const config::Underlay& underlay = device.segment.underlay;
  if (device.group && underlay.device.empty())
    findings.wrong(*device.group, "'group' has no interface to join on; add `dev DEVICE`");
  if (!device.local) {
    const std::string seen = device.peer && !device.group ? device.peer->to_string() : "REMOTE";
    return findings.impossible(
        device.name,
        "the vxlan device " + quote(device.name.text) +
            " has no local address, which the kernel "
            "would choose by route and vxtapd must be told; add `local ADDRESS`, which `ip route get " +
            seen + "` shows as src");
  }
  const bool v4 = underlay.local.is_v4();
  if (device.peer && device.peer->is_v4() != v4)
    findings.wrong(*device.local, quote(device.local->text) + " and " + quote(device.peer->to_string()) +
                                      " are of two families; use one");
  const bool link_local = underlay.local.is_link_local() || (device.peer && device.peer->is_link_local());
  if (link_local && underlay.device.empty())
    findings.wrong(*device.local, "link-local addresses need an interface; add `dev DEVICE`");
  // Label 0 is none.
  if (device.label && v4 && underlay.flow_label.value_or(1) != 0)
    findings.wrong(*device.label, "a flow label is for IPv6, and `local` is IPv4; leave it out");
}

void fill_ports(Device& device, Findings& findings) {
  config::Underlay& underlay = device.segment.underlay;
  if (!device.port)
    findings.note(device.name,
                  "dstport is not given: port 8472 is used, the kernel's default; the port assigned to VXLAN "
                  "is 4789, and both ends have to agree");
  underlay.port = device.port.value_or(kKernelPort);
  underlay.source_port = device.source_port.value_or(kKernelSourcePorts);
  if (!device.source_port) device.remarks["source_port"] = "the kernel's ip_local_port_range";
}

void fill_family(Device& device, Findings& findings) {
  config::Underlay& underlay = device.segment.underlay;
  const bool v4 = underlay.local.is_v4();
  const auto& idle = v4 ? device.zero_checksum_v6 : device.udpcsum;
  if (idle)
    findings.note(*idle, idle->text + " has no effect: it is for " + (v4 ? "IPv6" : "IPv4") +
                             ", and `local` is " + (v4 ? "IPv4" : "IPv6"));
  underlay.udp_checksum = v4 ? device.udp_checksum : device.udp_checksum_v6;
  if (v4) {
    underlay.flow_label.reset();
  } else if (!device.label) {
    underlay.flow_label = 0;
    device.remarks["flow_label"] = "as the kernel; auto lets routers tell flows apart";
  }
}

void fill_peers(Device& device, Findings& findings) {
  config::Peers& peers = device.segment.peers;
  const std::uint16_t port = device.segment.underlay.port;
  const auto at_port = [port](Remote remote) {
    if (remote.port == 0) remote.port = port;
    return remote;
  };
  for (config::StaticEntry& entry : device.segment.fdb.static_entries) entry.remote = at_port(entry.remote);
  if (device.peer) peers.remotes.push_back({*device.peer, port});
  if (device.group) {
    peers.mode = PeerMode::kMulticastGroup;
    for (const Remote& remote : device.flood)
      findings.left_out(
          device.name, "a flood entry beside a group",
          "this changes traffic; add it once vxtapd has started: vxtapctl fdb append 00:00:00:00:00:00 "
          "--vni " +
              std::to_string(device.segment.vni.value()) + " --remote " + to_string(at_port(remote)));
    return;
  }
  for (const Remote& remote : device.flood)
    if (std::ranges::find(peers.remotes, at_port(remote)) == peers.remotes.end())
      peers.remotes.push_back(at_port(remote));
  peers.mode = device.peer && peers.remotes.size() == 1 ? PeerMode::kUnicast : PeerMode::kStaticFlood;
}

}  // namespace

void complete(Device& device, Findings& findings) {
  check_kind(device, findings);
  if (device.external) return;
  check_addresses(device, findings);
  if (!device.local) return;
  fill_ports(device, findings);
  fill_family(device, findings);
  fill_peers(device, findings);
  device.segment.underlay.accept.kind = config::Accept::Kind::kAny;
  device.remarks["accept"] = "a kernel device takes packets from every source";
  config::Tap& tap = device.segment.tap;
  if (tap.mtu || !device.segment.underlay.device.empty()) return;
  tap.mtu = kKernelMtu;
  device.remarks["mtu"] = "the kernel's without `dev`; auto fits the underlay";
}

}  // namespace vxtap::iproute2
