#include "iproute2/yaml.hpp"

#include "iproute2/flow_text.hpp"
#include "support/catch.hpp"
#include "translated.hpp"

using namespace vxtap::iproute2;

TEST_CASE("from iproute2: what is printed for one line") {
  CHECK(
      translated("ip link add vxlan0 type vxlan id 42 dstport 4789 remote 192.0.2.2 local 192.0.2.1 dev eth0")
          .yaml ==
      R"(# Written by `vxtapd --from-ip` for:
#   ip link add vxlan0 type vxlan id 42 dstport 4789 remote 192.0.2.2 local 192.0.2.1 dev eth0
underlay:
  local: 192.0.2.1
  device: eth0
  source_port: 32768-60999  # the kernel's ip_local_port_range
  accept: any  # a kernel device takes packets from every source

segments:
  - vni: 42
    tap: vxlan0
    peers: {mode: unicast, remote: 192.0.2.2}
)");
}

TEST_CASE("from iproute2: the file's underlay has what the devices have in common") {
  const auto result = translated(
      "ip link add va type vxlan id 1 dstport 4789 local 192.0.2.1 dev eth0 ttl 9\n"
      "ip link add vb type vxlan id 2 dstport 8472 local 192.0.2.1 dev eth0\n"
      "ip link add vc type vxlan id 3 dstport 4789 local 2001:db8::1\n");
  CHECK(result.yaml.substr(result.yaml.find("underlay:")) ==
        R"(underlay:
  source_port: 32768-60999  # the kernel's ip_local_port_range
  accept: any  # a kernel device takes packets from every source

segments:
  - vni: 1
    tap: va
    peers: {mode: static-flood, remotes: []}
    underlay: {local: 192.0.2.1, device: eth0, ttl: 9}

  - vni: 2
    tap: vb
    peers: {mode: static-flood, remotes: []}
    underlay: {local: 192.0.2.1, device: eth0, port: 8472}

  - vni: 3
    tap:
      name: vc
      mtu: 1500  # the kernel's without `dev`; auto fits the underlay
    peers: {mode: static-flood, remotes: []}
    underlay:
      local: "2001:db8::1"
      flow_label: 0  # as the kernel; auto lets routers tell flows apart
)");
}

TEST_CASE("from iproute2: names that YAML would take for something else") {
  for (const std::string name :
       {"null", "~", "1", "0x1", "a#b", "&a", "*", "-", "[x]", "{", "a\"b", "a\\b", "!t", "x,y"}) {
    std::string quoted;
    for (const char c : name) quoted += std::string("\\") + c;
    INFO(name);
    CHECK(translated("ip link add " + quoted + " type vxlan id 1 dstport 4789 local 192.0.2.1 dev eth0")
              .segment()
              .tap.name == name);
  }
  CHECK(scalar("vxlan-0.1") == "vxlan-0.1");
}

TEST_CASE("from iproute2: long lists and long commands are wrapped") {
  std::string commands = kLine;
  for (int i = 2; i < 40; ++i)
    commands += "\nbridge fdb append 00:00:00:00:00:00 dev v0 dst 192.0.2." + std::to_string(i);
  const auto result =
      translated(commands + "\n" + "true " + std::string(300, 'x') + " " + std::string(90, 'y'));
  CHECK(result.segment().peers.remotes.size() == 38);
  CHECK(result.yaml.find("      remotes:\n        - 192.0.2.2\n") != std::string::npos);
}
