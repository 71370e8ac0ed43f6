#include "io/netlink.hpp"

#include <algorithm>
#include <cerrno>

#include "addresses.hpp"
#include "io/system_error.hpp"
#include "own_namespace.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using io::InterfaceAddress;
using io::Netlink;
using test::address;
using test::output_of;
using test::OwnNamespace;
using test::run;

TEST_CASE("netlink: an interface as iproute2 made it") {
  const OwnNamespace ns;
  run("ip link add br0 type bridge && ip link add v0 mtu 1400 address 02:00:00:00:00:07 type veth peer v1");
  run("ip link set v0 master br0 && ip link set v0 up");
  Netlink netlink;
  auto link = netlink.link("v0");
  REQUIRE(link);
  CHECK(link->name == "v0");
  CHECK(link->mtu == 1400);
  CHECK(link->mac.to_string() == "02:00:00:00:00:07");
  CHECK(link->master == netlink.link("br0")->index);
  CHECK(link->up);
  CHECK_FALSE(link->running);  // the peer is down
  CHECK(link->kind == "veth");
  CHECK_FALSE(link->tun);
  CHECK(netlink.link(link->index)->name == "v0");
  run("ip link set v1 up");
  CHECK(netlink.link("v0")->running);
}

TEST_CASE("netlink: an interface that does not exist is empty") {
  const OwnNamespace ns;
  Netlink netlink;
  CHECK_FALSE(netlink.link("nothere"));
  CHECK_FALSE(netlink.link(4711));
  CHECK_FALSE(netlink.link(""));
  CHECK_FALSE(netlink.link("a-name-too-long-for-linux"));
}

TEST_CASE("netlink: lists all interfaces, more than one datagram of them") {
  const OwnNamespace ns;
  constexpr std::size_t kCount = 100;
  run("for i in $(seq " + std::to_string(kCount) + "); do echo link add d$i type bridge; done | ip -batch -");
  const auto links = Netlink().links();
  CHECK(links.size() == kCount + 1);
  CHECK(std::ranges::count_if(links, [](const auto& link) { return link.kind == "bridge"; }) == kCount);
}

TEST_CASE("netlink: changes are seen by iproute2") {
  const OwnNamespace ns;
  run("ip link add d0 type veth peer d1 && ip link add br0 type bridge");
  Netlink netlink;
  const auto link = *netlink.link("d0");
  netlink.set_mtu(link, 1234);
  netlink.set_mac(link, *MacAddress::parse("02:00:00:00:00:99"));
  netlink.set_tx_queue_length(link, 777);
  netlink.set_gso_limits(link, {60000, 44});
  const auto bridge = *netlink.link("br0");
  netlink.set_master(link, &bridge);
  netlink.set_up(link, true);
  CHECK_THAT(output_of("ip -d link show d0"),
             ContainsSubstring("mtu 1234") && ContainsSubstring("02:00:00:00:00:99") &&
                 ContainsSubstring("qlen 777") && ContainsSubstring("gso_max_size 60000") &&
                 ContainsSubstring("gso_max_segs 44") && ContainsSubstring("master br0") &&
                 ContainsSubstring(",UP"));
  netlink.set_master(link, nullptr);
  netlink.set_up(link, false);
  CHECK_THAT(output_of("ip link show d0"), !ContainsSubstring("master") && !ContainsSubstring(",UP"));
}

TEST_CASE("netlink: a refusal names the interface, the change and the kernel's reason") {
  const OwnNamespace ns;
  run("ip link add d0 type veth peer d1");
  Netlink netlink;
  const auto link = *netlink.link("d0");
  CHECK_THROWS_WITH(netlink.set_mac(link, *MacAddress::parse("01:00:00:00:00:00")),
                    ContainsSubstring("d0 mac 01:00:00:00:00:00: cannot assign requested address"));
  const auto peer = *netlink.link("d1");
  CHECK_THROWS_WITH(netlink.set_master(link, &peer),
                    ContainsSubstring("d0 master d1: operation not supported; ") &&
                        ContainsSubstring("name a bridge or a VRF"));
  CHECK_THROWS_WITH(netlink.set_mtu(link, 20), ContainsSubstring("d0 mtu 20: invalid argument"));
  const test::WithoutCapabilities dropped;
  CHECK_THROWS_WITH(netlink.set_up(link, true), ContainsSubstring("d0 up: operation not permitted"));
}

TEST_CASE("netlink: addresses come, are listed with whose they are, and go") {
  const OwnNamespace ns;
  run("ip link add d0 type veth peer d1 && ip link set d0 up && ip link set d1 up");
  run("ip address add 172.16.0.1/16 dev d0 && ip address add 10.9.9.9/24 dev d1");
  Netlink netlink;
  const auto link = *netlink.link("d0");
  netlink.add_address(link, address("10.0.0.1", 24));
  netlink.add_address(link, address("fd00::1", 64));
  // Usable at once.
  CHECK(output_of("ip -6 address show dev d0 tentative").find("fd00::1/64") == std::string::npos);

  const auto all = netlink.addresses(link.index);
  const auto find = [&](const InterfaceAddress& wanted) {
    return std::ranges::find_if(all, [&](const auto& one) { return one.address == wanted; });
  };
  REQUIRE(find(address("10.0.0.1", 24)) != all.end());
  CHECK(find(address("10.0.0.1", 24))->ours);
  CHECK(find(address("fd00::1", 64))->ours);
  CHECK_FALSE(find(address("172.16.0.1", 16))->ours);
  CHECK(find(address("10.9.9.9", 24)) == all.end());

  CHECK_THROWS_AS(netlink.add_address(link, address("10.0.0.1", 24)), io::SystemError);
  netlink.delete_address(link, address("10.0.0.1", 24));
  netlink.delete_address(link, address("fd00::1", 64));
  CHECK_THAT(output_of("ip -br address show dev d0"), !ContainsSubstring("10.0.0.1") &&
                                                          !ContainsSubstring("fd00::1/") &&
                                                          ContainsSubstring("172.16.0.1"));
}

TEST_CASE("netlink: interfaces are deleted together, others stay and missing ones do not matter") {
  const OwnNamespace ns;
  run("for i in 1 2 3; do ip link add d$i type bridge; done");
  Netlink netlink;
  const int stays = netlink.link("d2")->index;
  netlink.delete_together(std::vector{netlink.link("d1")->index, 100000, netlink.link("d3")->index});
  CHECK_FALSE(netlink.link("d1"));
  CHECK_FALSE(netlink.link("d3"));
  CHECK(netlink.link("d2")->index == stays);
  netlink.delete_together({});
  CHECK(netlink.links().size() == 2);
}

TEST_CASE("netlink: neighbours that do not answer") {
  const OwnNamespace ns;
  run("ip link add v0 type veth peer v1 && ip link set v0 up && ip link set v1 up");
  run("ip addr add 192.0.2.1/24 dev v0 && ip addr add 2001:db8::1/64 dev v0 nodad");
  Netlink netlink;
  CHECK(netlink.unresolved_neighbours().empty());
  run("ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:07 dev v0");
  run("ping -c1 -W1 192.0.2.9 >/dev/null; ping -c1 -W1 2001:db8::9 >/dev/null; true");
  const auto found = netlink.unresolved_neighbours();
  for (const auto* text : {"192.0.2.9", "2001:db8::9"}) {
    const auto one = std::ranges::find(found, *VtepAddress::parse(text), &io::UnresolvedNeighbour::address);
    REQUIRE(one != found.end());
    CHECK(one->index == netlink.link("v0")->index);
  }
  CHECK(found.size() == 2);
}
