#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>

#include "addresses.hpp"
#include "own_namespace.hpp"
#include "support/catch.hpp"
#include "tap_frames.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using io::Netlink;
using io::TapDevice;
using test::address;
using test::output_of;
using test::OwnNamespace;
using test::plain_tap;
using test::run;

namespace {

std::string addresses_of(const std::string& name) {
  return output_of("ip -br address show dev " + name);
}

/// How many changes of links and addresses the kernel announces while `work` runs.
template <typename Work>
int announced(Work work) {
  const io::UniqueFd listener(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  sockaddr_nl groups{};
  groups.nl_family = AF_NETLINK;
  groups.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
  REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&groups), sizeof groups) == 0);
  work();
  int count = 0;
  std::array<char, 16384> message{};
  while (::recv(listener.get(), message.data(), message.size(), 0) > 0) ++count;
  return count;
}

}  // namespace

TEST_CASE("tap configure: MTU, MAC, addresses and state reach the kernel") {
  const OwnNamespace ns;
  auto wanted = plain_tap("vx1");
  wanted.mtu = 1450;
  wanted.mac = *MacAddress::parse("02:aa:bb:cc:dd:ee");
  wanted.addresses = {address("10.100.0.1", 24), address("fd00:100::1", 64)};
  TapDevice device = TapDevice::open(wanted);
  device.configure(wanted);
  CHECK(device.warnings().empty());
  CHECK_THAT(output_of("ip link show vx1"), ContainsSubstring("mtu 1450") &&
                                                ContainsSubstring("02:aa:bb:cc:dd:ee") &&
                                                ContainsSubstring("UP"));
  const std::string shown = output_of("ip address show dev vx1");
  CHECK_THAT(shown, ContainsSubstring("10.100.0.1/24") && ContainsSubstring("fd00:100::1/64") &&
                        ContainsSubstring("nodad"));

  SECTION("and what is as wanted is not touched again") {
    CHECK(announced([&] { device.configure(wanted); }) == 0);
    wanted.mtu = 1400;
    CHECK(announced([&] { device.configure(wanted); }) > 0);
  }
}

TEST_CASE("tap configure: takes back its own addresses and leaves foreign ones") {
  const OwnNamespace ns;
  auto wanted = plain_tap("vx1", 2);
  wanted.persist = true;
  wanted.addresses = {address("10.0.0.1", 24), address("10.0.1.1", 24), address("fd00::1", 64)};
  auto changed = wanted;
  changed.addresses = {address("10.0.1.1", 24), address("10.0.2.1", 24), address("fd00::1", 80)};
  {
    TapDevice device = TapDevice::open(wanted);
    device.configure(wanted);
    run("ip address add 172.16.0.1/16 dev vx1");

    SECTION("at a reload") {
      device.configure(changed);
    }
  }
  SECTION("at the next start of a TAP that persists") {
    TapDevice device = TapDevice::open(changed);
    device.configure(changed);
  }
  const std::string shown = addresses_of("vx1");
  CHECK_THAT(shown, !ContainsSubstring("10.0.0.1/24") && ContainsSubstring("10.0.1.1/24") &&
                        ContainsSubstring("10.0.2.1/24") && ContainsSubstring("172.16.0.1/16"));
  CHECK_THAT(shown, !ContainsSubstring("fd00::1/64") && ContainsSubstring("fd00::1/80"));
}

TEST_CASE("tap configure: an address that was there already is used and left") {
  const OwnNamespace ns;
  run("ip tuntap add vx1 mode tap && ip address add 10.0.0.1/24 dev vx1");
  auto wanted = plain_tap("vx1");
  wanted.addresses = {address("10.0.0.1", 24)};
  TapDevice device = TapDevice::open(wanted);
  device.configure(wanted);
  device.configure(plain_tap("vx1"));
  CHECK_THAT(addresses_of("vx1"), ContainsSubstring("10.0.0.1/24"));
}

TEST_CASE("tap configure: joins and leaves a bridge, but not one it did not join") {
  const OwnNamespace ns;
  run("ip link add br0 type bridge && ip link add br1 type bridge");
  auto wanted = plain_tap("vx1");
  wanted.master = "br0";
  TapDevice device = TapDevice::open(wanted);
  Netlink netlink;
  const auto master = [&] { return netlink.link("vx1")->master; };

  device.configure(wanted);
  CHECK(master() == netlink.link("br0")->index);
  wanted.master = "br1";
  device.configure(wanted);
  CHECK(master() == netlink.link("br1")->index);
  device.configure(plain_tap("vx1"));
  CHECK(master() == 0);

  run("ip link set vx1 master br0");
  device.configure(plain_tap("vx1"));
  CHECK(master() == netlink.link("br0")->index);

  wanted.master = "br9";
  CHECK_THROWS_WITH(device.configure(wanted),
                    ContainsSubstring("vx1 master br9: no such device; make the bridge"));
}

TEST_CASE("tap configure: goes down only where it was brought up here") {
  const OwnNamespace ns;
  auto down = plain_tap("vx1");
  down.up = false;
  TapDevice device = TapDevice::open(down);
  Netlink netlink;
  device.configure(down);
  CHECK_FALSE(netlink.link("vx1")->up);
  device.configure(plain_tap("vx1"));
  CHECK(netlink.link("vx1")->up);
  device.configure(down);
  CHECK_FALSE(netlink.link("vx1")->up);
  run("ip link set vx1 up");
  device.configure(down);
  CHECK(netlink.link("vx1")->up);
}

TEST_CASE("tap configure: an MTU out of range is an error that names the range") {
  const OwnNamespace ns;
  auto wanted = plain_tap("vx1");
  TapDevice device = TapDevice::open(wanted);
  wanted.mtu = 65522;
  CHECK_THROWS_WITH(device.configure(wanted),
                    "vx1 mtu 65522: invalid argument; it takes 68 to 65521: set a number within");
  wanted.mtu = 65521;
  CHECK_NOTHROW(device.configure(wanted));
}

TEST_CASE("tap configure: lengthens a queue that is too short, and leaves a longer one") {
  const OwnNamespace ns;
  Netlink netlink;
  TapDevice device = TapDevice::open(plain_tap("vx1"));
  run("ip link set vx1 txqueuelen 100");
  device.configure(plain_tap("vx1"));
  CHECK(netlink.link("vx1")->tx_queue_length == 1000);
  run("ip link set vx1 txqueuelen 5000");
  device.configure(plain_tap("vx1"));
  CHECK(netlink.link("vx1")->tx_queue_length == 5000);
}

TEST_CASE("tap configure: has no qdisc, as a vxlan device, unless somebody chose one") {
  const OwnNamespace ns;
  Netlink netlink;
  TapDevice device = TapDevice::open(plain_tap("vx1"));
  device.configure(plain_tap("vx1"));
  CHECK(netlink.link("vx1")->qdisc == "noqueue");
  run("ip link set vx1 up");
  CHECK_THAT(output_of("ip link show vx1"), ContainsSubstring("qdisc noqueue"));
  run("tc qdisc replace dev vx1 root pfifo");
  device.configure(plain_tap("vx1"));
  CHECK(netlink.link("vx1")->qdisc == "pfifo");

  TapDevice chosen = TapDevice::open(plain_tap("vx2"));
  run("tc qdisc replace dev vx2 root pfifo");
  chosen.configure(plain_tap("vx2"));
  CHECK(netlink.link("vx2")->qdisc == "pfifo");
}

TEST_CASE("tap configure: an interface deleted meanwhile is an error") {
  const OwnNamespace ns;
  TapDevice device = TapDevice::open(plain_tap("vx1"));
  run("ip link del vx1");
  CHECK_THROWS_WITH(device.configure(plain_tap("vx1")), ContainsSubstring("TAP vx1: no such device"));
}
