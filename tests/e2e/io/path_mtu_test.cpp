#include <cerrno>

#include "io/netlink.hpp"
#include "own_namespace.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using io::Netlink;
using test::OwnNamespace;
using test::run;

namespace {

VtepAddress ip(const char* text) {
  return *VtepAddress::parse(text);
}

/// An underlay of one interface with an address of each family.
struct Underlay {
  OwnNamespace ns;
  Underlay() {
    run("ip link add d0 mtu 4000 type veth peer d0p && ip link set d0 up && ip link set d0p up && ip link "
        "set lo up");
    run("ip address add 192.0.2.1/24 dev d0 && ip -6 address add 2001:db8::1/64 dev d0 nodad");
  }
  Netlink netlink;
};

}  // namespace

TEST_CASE("path mtu: on-link remotes get the interface's") {
  Underlay underlay;
  CHECK(underlay.netlink.path_mtu(ip("192.0.2.2"), ip("192.0.2.1"), "") == 4000);
  CHECK(underlay.netlink.path_mtu(ip("192.0.2.2"), ip("192.0.2.1"), "d0") == 4000);
  CHECK(underlay.netlink.path_mtu(ip("2001:db8::2"), ip("2001:db8::1"), "") == 4000);
  CHECK(underlay.netlink.path_mtu(ip("192.0.2.2"), VtepAddress::from_v4({}), "") == 4000);
}

TEST_CASE("path mtu: a route with an MTU of its own says it") {
  Underlay underlay;
  run("ip route add 198.51.100.0/24 via 192.0.2.9 mtu 1300");
  run("ip -6 route add 2001:db8:1::/64 via 2001:db8::9 mtu 1280");
  CHECK(underlay.netlink.path_mtu(ip("198.51.100.7"), ip("192.0.2.1"), "") == 1300);
  CHECK(underlay.netlink.path_mtu(ip("2001:db8:1::7"), ip("2001:db8::1"), "") == 1280);
}

TEST_CASE("path mtu: no way there is empty") {
  Underlay underlay;
  CHECK_FALSE(underlay.netlink.path_mtu(ip("203.0.113.1"), ip("192.0.2.1"), ""));
  CHECK_FALSE(underlay.netlink.path_mtu(ip("2001:db8:ffff::1"), ip("2001:db8::1"), ""));
  run("ip route add unreachable 203.0.113.0/24 && ip route add blackhole 198.51.100.0/24");
  run("ip -6 route add unreachable 2001:db8:ffff::/64");
  CHECK_FALSE(underlay.netlink.path_mtu(ip("203.0.113.1"), ip("192.0.2.1"), ""));
  CHECK_FALSE(underlay.netlink.path_mtu(ip("198.51.100.1"), ip("192.0.2.1"), ""));
  CHECK_FALSE(underlay.netlink.path_mtu(ip("2001:db8:ffff::1"), ip("2001:db8::1"), ""));
  CHECK_FALSE(underlay.netlink.path_mtu(ip("192.0.2.2"), ip("192.0.2.77"), ""));
  CHECK_FALSE(underlay.netlink.path_mtu(ip("192.0.2.2"), ip("192.0.2.1"), "nothere"));
}

TEST_CASE("path mtu: a group has its device's") {
  Underlay underlay;
  CHECK(underlay.netlink.path_mtu(ip("239.1.1.1"), ip("192.0.2.1"), "d0") == 4000);
  CHECK(underlay.netlink.path_mtu(ip("239.1.1.1"), ip("192.0.2.1"), "") == 4000);
  CHECK(underlay.netlink.path_mtu(ip("ff05::1"), ip("2001:db8::1"), "d0") == 4000);
  CHECK_FALSE(underlay.netlink.path_mtu(ip("239.1.1.1"), ip("192.0.2.1"), "nothere"));
}

TEST_CASE("path mtu: a link-local remote is looked for on the local VTEP's link") {
  Underlay underlay;
  run("ip link add d1 mtu 3000 type veth peer d1p && ip link set d1 up && ip link set d1p up");
  run("ip -6 address add fe80::10/64 dev d0 nodad && ip -6 address add fe80::11/64 dev d1 nodad");
  CHECK(underlay.netlink.path_mtu(ip("fe80::2"), ip("fe80::10"), "") == 4000);
  CHECK(underlay.netlink.path_mtu(ip("fe80::2"), ip("fe80::11"), "") == 3000);
  CHECK(underlay.netlink.path_mtu(ip("fe80::2"), ip("fe80::11"), "d1") == 3000);
}

TEST_CASE("device of: the interface that carries an address") {
  Underlay underlay;
  CHECK(underlay.netlink.device_of(ip("192.0.2.1")) == "d0");
  CHECK(underlay.netlink.device_of(ip("2001:db8::1")) == "d0");
  CHECK(underlay.netlink.device_of(ip("127.0.0.1")) == "lo");
  CHECK_FALSE(underlay.netlink.device_of(ip("192.0.2.2")));
}

TEST_CASE("route: its interface, gateway and source") {
  Underlay underlay;
  run("ip route add 198.51.100.0/24 via 192.0.2.9 mtu 1300");
  const auto direct = underlay.netlink.route(ip("192.0.2.2"), VtepAddress::from_v4({}), "");
  REQUIRE(direct);
  CHECK(direct->device == "d0");
  CHECK_FALSE(direct->gateway);
  CHECK(direct->source == ip("192.0.2.1"));
  const auto far = underlay.netlink.route(ip("198.51.100.1"), ip("192.0.2.1"), "");
  REQUIRE(far);
  CHECK(far->device == "d0");
  CHECK(far->gateway == ip("192.0.2.9"));
  CHECK(far->mtu == 1300);
  CHECK(underlay.netlink.route(ip("239.1.1.1"), ip("192.0.2.1"), "")->device == "d0");
  CHECK_FALSE(underlay.netlink.route(ip("203.0.113.1"), ip("192.0.2.1"), ""));
}

TEST_CASE("route: why there is none") {
  Underlay underlay;
  const auto error = [&](const char* remote) {
    return underlay.netlink.route_error(ip(remote), ip("192.0.2.1"), "");
  };
  run("ip route add unreachable 198.51.100.1 && ip route add prohibit 198.51.100.2 && ip route add blackhole "
      "198.51.100.3");
  CHECK(error("192.0.2.2") == 0);
  CHECK(error("198.51.100.9") == ENETUNREACH);
  CHECK(error("198.51.100.1") == EHOSTUNREACH);
  CHECK(error("198.51.100.2") == EACCES);
  CHECK(error("198.51.100.3") == EINVAL);
  CHECK(underlay.netlink.route_error(ip("192.0.2.2"), ip("192.0.2.1"), "no-such") == ENODEV);
  CHECK(underlay.netlink.route_error(ip("2001:db8::2"), ip("2001:db8::1"), "d0") == 0);
  CHECK(underlay.netlink.route_error(ip("2001:db8:9::2"), ip("2001:db8::1"), "") != 0);
}

TEST_CASE("links: a kernel vxlan's VNI and port, a bridge's way with multicast") {
  Underlay underlay;
  run("ip link add kvx type vxlan id 42 dstport 8472 local 192.0.2.1 && ip link add br0 type bridge "
      "mcast_snooping 1 "
      "mcast_querier 1 && ip link add br1 type bridge mcast_snooping 0");
  const auto vxlan = underlay.netlink.link("kvx");
  REQUIRE((vxlan && vxlan->vxlan));
  CHECK(vxlan->vxlan->vni == 42);
  CHECK(vxlan->vxlan->port == 8472);
  CHECK(underlay.netlink.link("br0")->bridge->multicast_snooping);
  CHECK(underlay.netlink.link("br0")->bridge->multicast_querier);
  CHECK_FALSE(underlay.netlink.link("br1")->bridge->multicast_snooping);
  CHECK_FALSE(underlay.netlink.link("br1")->bridge->multicast_querier);
  CHECK_FALSE(underlay.netlink.link("d0")->vxlan);
}
