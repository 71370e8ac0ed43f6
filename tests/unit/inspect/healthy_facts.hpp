#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/doctor.hpp"

namespace vxtap::test {

inline VtepAddress address(const std::string& text) {
  return *VtepAddress::parse(text);
}

inline io::LinkInfo link(int index, const std::string& name, std::uint32_t mtu,
                         const std::string& kind = "") {
  io::LinkInfo link;
  link.index = index;
  link.name = name;
  link.mtu = mtu;
  link.kind = kind;
  link.up = link.running = true;
  link.mac = *MacAddress::parse("02:00:00:00:00:0" + std::to_string(index % 10));
  return link;
}

/// Places in the facts below.
inline constexpr std::size_t kEth0 = 0, kTap = 1, kBridge = 2, kPort = 3;

/// One segment on vx42, a port of br0 beside port0, that sends over eth0 from 192.0.2.1 to 192.0.2.2: all
/// well.
inline inspect::Facts healthy_facts() {
  inspect::Facts facts;
  facts.taps = {{.name = "vx42", .open = true, .master = "br0"}};
  const io::LocalVtep local{address("192.0.2.1"), 4789, "", 0};
  facts.segments = {
      {.vni = *Vni::from(42), .name = "blue", .local = local, .remotes = {0}, .tx_packets = 1000}};
  const io::Route route{"eth0", std::nullopt, address("192.0.2.1"), 1500};
  facts.remotes = {{.remote = {address("192.0.2.2"), 4789},
                    .local = local,
                    .route = route,
                    .unbound = route,
                    .path_mtu = 1500,
                    .heard = true,
                    .port = io::PortAnswer{},
                    .asked_size = 1500,
                    .carried = true}};
  facts.links = {link(2, "eth0", 1500), link(3, "vx42", 1450, "tun"), link(4, "br0", 1450, "bridge"),
                 link(5, "port0", 1450, "veth")};
  facts.links[kBridge].bridge = io::BridgeInfo{true, false};
  facts.links[kTap].master = facts.links[kPort].master = 4;
  facts.addresses = {{2, {address("192.0.2.1"), 24}}, {2, {address("2001:db8::1"), 64}}};
  facts.rp_filter = {{"eth0", 1}};
  facts.ipv6_disabled = {{"eth0", false}};
  facts.workers = facts.processors = 2;
  return facts;
}

/// The same over a group, 239.1.1.1 on eth0.
inline inspect::Facts healthy_group() {
  auto facts = healthy_facts();
  auto& remote = facts.remotes[0];
  remote.remote.address = address("239.1.1.1");
  remote.local.device = facts.segments[0].local.device = "eth0";
  remote.local.scope = facts.segments[0].local.scope = 2;
  remote.joined = true;
  remote.port.reset();
  remote.unbound.reset();
  remote.asked_size.reset();
  remote.carried.reset();
  facts.segments[0].mode = PeerMode::kMulticastGroup;
  facts.segments[0].rx_packets = 1000;
  return facts;
}

/// "error tap_state tap vx42: SEEN -> MEND" for each finding.
inline std::vector<std::string> complaints(const inspect::Facts& facts) {
  std::vector<std::string> lines;
  for (const auto& one : inspect::examine(facts))
    if (one.severity != inspect::Severity::kOk)
      lines.push_back(std::string(word(one.severity)) + " " + std::string(one.check) + " " + one.object +
                      ": " + one.seen + " -> " + one.mend);
  return lines;
}

/// The only finding, or all of them.
inline std::string complaint(const inspect::Facts& facts) {
  std::string all;
  for (const auto& line : complaints(facts)) all += (all.empty() ? "" : "\n") + line;
  return all;
}

}  // namespace vxtap::test
