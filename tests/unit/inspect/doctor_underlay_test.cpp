#include <cerrno>

#include "support/catch.hpp"
#include "unit/inspect/healthy_facts.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using test::complaint;
using test::healthy_facts;
using test::healthy_group;

TEST_CASE("doctor: local_address") {
  auto facts = healthy_facts();
  facts.addresses.clear();
  facts.remotes[0].unbound.reset();
  CHECK_THAT(complaint(facts),
             StartsWith("error local_address local 192.0.2.1: no interface has this address -> ip "
                        "address add 192.0.2.1/24 dev DEVICE"));
  facts = healthy_facts();
  facts.links[test::kEth0].up = false;
  CHECK_THAT(
      complaint(facts),
      StartsWith("error local_address local 192.0.2.1: its interface eth0 is down -> ip link set eth0 up"));
}

TEST_CASE("doctor: local_address of IPv6 where that is disabled") {
  auto facts = healthy_facts();
  facts.segments[0].local = {test::address("2001:db8::1"), 4789, "eth0", 2};
  facts.remotes.clear();
  facts.segments[0].remotes.clear();
  CHECK(complaint(facts) == "");
  facts.addresses.clear();
  facts.ipv6_disabled["eth0"] = true;
  CHECK_THAT(complaint(facts),
             StartsWith("error local_address local 2001:db8::1: no interface has this address, and "
                        "IPv6 is disabled -> sysctl -w net.ipv6.conf.eth0.disable_ipv6=0; "));
}

TEST_CASE("doctor: device") {
  auto facts = healthy_facts();
  facts.links[test::kEth0].running = false;
  CHECK_THAT(complaint(facts), StartsWith("error device device eth0: no carrier -> "));
  facts = healthy_group();
  facts.segments[0].local.scope = 9;
  CHECK(complaint(facts) ==
        "error device device eth0: made anew since the sockets were bound to it: they hear and send "
        "nothing -> vxtapctl reload");
  facts = healthy_group();
  facts.segments[0].local.device = "eth9";
  CHECK_THAT(complaint(facts), ContainsSubstring("error device device eth9: gone"));
}

TEST_CASE("doctor: route") {
  const auto said = [](int error) {
    auto facts = healthy_facts();
    facts.remotes[0].route_error = error;
    facts.remotes[0].route.reset();
    return complaint(facts);
  };
  CHECK(said(ENETUNREACH) ==
        "error route remote 192.0.2.2:4789: no route -> ip route replace 192.0.2.2 via GATEWAY");
  CHECK_THAT(said(EHOSTUNREACH), ContainsSubstring("unreachable"));
  CHECK_THAT(said(EACCES), ContainsSubstring("prohibited"));
  CHECK_THAT(said(EINVAL), ContainsSubstring("blackhole"));

  auto facts = healthy_facts();
  facts.remotes[0].local.device = "eth0";
  CHECK(complaint(facts) == "");
  facts.remotes[0].unbound->device = "eth1";
  facts.rp_filter.clear();
  CHECK_THAT(complaint(facts),
             StartsWith("warning route remote 192.0.2.2:4789: the routes lead by eth1, but the sockets "
                        "are bound to eth0 -> "));
}

TEST_CASE("doctor: loop") {
  auto facts = healthy_facts();
  facts.remotes[0].route->device = "vx42";
  CHECK_THAT(
      complaint(facts),
      StartsWith("error loop remote 192.0.2.2:4789: its route leads into our own overlay, by vx42 -> "));
  facts.remotes[0].route->device = "br0";
  CHECK_THAT(complaint(facts), ContainsSubstring("by br0, a bridge with vx42 as a port"));

  facts = healthy_facts();
  facts.addresses[0].index = 4;  // br0
  facts.rp_filter.clear();
  CHECK_THAT(complaint(facts),
             StartsWith("error loop local 192.0.2.1: it is an address of br0, a bridge with vx42 as a "
                        "port"));
  facts = healthy_facts();
  facts.addresses.push_back({2, {test::address("192.0.2.2"), 24}});
  CHECK_THAT(complaint(facts),
             StartsWith("error loop remote 192.0.2.2:4789: this host has that address itself"));
}

TEST_CASE("doctor: what follows from a loop is not told besides") {
  auto facts = healthy_facts();
  facts.taps[0].queue_drops = {9, 9};
  facts.trains_refused = {9, 9};
  facts.socket_overflows = {9, 9};
  CHECK(test::complaints(facts).size() == 3);
  auto& remote = facts.remotes[0];
  remote.route->device = "vx42";
  remote.path_mtu = 1450;
  remote.heard = false;
  remote.carried.reset();
  remote.unresolved = remote.remote.address;
  facts.workers = 9;
  const auto lines = test::complaints(facts);
  REQUIRE(lines.size() == 2);
  CHECK_THAT(lines[0], StartsWith("error loop remote 192.0.2.2:4789"));
  CHECK_THAT(lines[1], StartsWith("warning workers"));

  auto other = facts.remotes[0];  // one that is no part of it
  other.remote.address = test::address("192.0.2.3");
  other.route->device = "eth0";
  other.unresolved = other.remote.address;
  facts.remotes.push_back(other);
  CHECK_THAT(complaint(facts), ContainsSubstring("error neighbour remote 192.0.2.3:4789"));
}

TEST_CASE("doctor: membership and snooping") {
  auto facts = healthy_group();
  facts.remotes[0].joined = false;
  CHECK_THAT(complaint(facts), StartsWith("error membership group 239.1.1.1:4789: not joined on eth0"));

  facts = healthy_group();
  facts.links[test::kEth0].bridge = io::BridgeInfo{true, false};
  CHECK(complaint(facts) ==
        "hint snooping bridge eth0: snoops multicast and asks nobody: groups fade out unless a router asks "
        "-> ip link set "
        "eth0 type bridge mcast_querier 1");
  facts.links[test::kEth0].bridge = io::BridgeInfo{true, true};
  CHECK(complaint(facts) == "");
  facts.links[test::kEth0].bridge = io::BridgeInfo{false, false};
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: kernel_vxlan") {
  auto facts = healthy_facts();
  facts.links.push_back(test::link(7, "kvx", 1450, "vxlan"));
  facts.links.back().vxlan = io::VxlanInfo{43, 8472};
  CHECK(complaint(facts) == "");
  facts.links.back().vxlan = io::VxlanInfo{42, 8472};
  CHECK(complaint(facts) ==
        "warning kernel_vxlan kernel vxlan kvx: carries VNI 42 as well, on UDP port 8472 -> ip link "
        "del kvx, or take the segment out of the file");
  facts.links.back().vxlan = io::VxlanInfo{43, 4789};
  CHECK_THAT(complaint(facts), StartsWith("hint kernel_vxlan kernel vxlan kvx: uses UDP port 4789 as well"));
}

TEST_CASE("doctor: a worker that is stuck") {
  auto facts = healthy_facts();
  facts.stuck_workers = {1};
  CHECK_THAT(complaint(facts), StartsWith("error workers worker-1: gives no sign of life"));
}

TEST_CASE("doctor: workers") {
  auto facts = healthy_facts();
  facts.workers = 3;
  CHECK_THAT(complaint(facts), StartsWith("warning workers workers: 3 workers on 2 processors"));
  facts.processors = 0;  // not known
  CHECK(complaint(facts) == "");
}
