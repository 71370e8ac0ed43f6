#include <algorithm>

#include "lab/bridged_pair.hpp"
#include "lab/everyday.hpp"
#include "lab/fdb_lines.hpp"
#include "lab/traffic.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string address(std::size_t side, std::size_t container) {
  return "172.18.0." + std::to_string(10 * (side + 1) + container);
}

/// Two containers for each host, 172.18.0.11 and 12, 21 and 22. The bridge is their gateway and has the same
/// address on both hosts, as Docker gives it the first of the subnet.
struct Site : BridgedPair {
  explicit Site(const Setting& setting)
      : BridgedPair({.example = "containers", .bridge = "br-net", .device = "vx200", .vni = 200}, setting) {
    for (const std::size_t side : {0U, 1U}) {
      wire.host(side).ip("addr add 172.18.0.1/16 dev br-net");
      for (const std::size_t container : {1U, 2U}) plug(side, address(side, container) + "/16");
    }
  }

  Host& container(std::size_t side, std::size_t number) { return guests.at(2 * side + number - 1); }
  std::string mac(std::size_t side, std::size_t number) {
    return container(side, number).interface_mac("eth0");
  }
  /// What the VTEP of a host learned.
  FdbLines lines(std::size_t side) {
    if (side == 0) return fdb_lines(*near, 200);
    return far ? fdb_lines(*far, 200) : kernel_fdb_lines(wire.host(1), "vx200");
  }
};

}  // namespace

TEST_CASE("containers: those of two hosts are on one network") {
  const Setting setting = every_setting();
  CAPTURE(setting);
  Site site(setting);
  for (const std::size_t number : {1U, 2U}) {
    for (const std::size_t side : {0U, 1U}) {
      for (const std::size_t other : {1U, 2U})
        CHECK(reaches(site.container(side, number), address(1 - side, other)));
      CHECK(reaches(site.container(side, number), address(side, 3 - number)));
      CHECK(reaches(site.container(side, number), "172.18.0.1"));
    }
  }
  check_everyday_traffic({site.container(0, 1), address(0, 1)}, {site.container(1, 2), address(1, 2)});
}

TEST_CASE("containers: ARP and MACs are learned on both sides") {
  const Setting setting = every_setting();
  CAPTURE(setting);
  Site site(setting);
  REQUIRE(reaches(site.container(0, 1), address(1, 1)));
  for (const std::size_t side : {0U, 1U}) {
    CAPTURE(side);
    const std::string far_mac = site.mac(1 - side, 1);
    CHECK_THAT(site.container(side, 1).ip("neigh show " + address(1 - side, 1)),
               ContainsSubstring("lladdr " + far_mac));
    CHECK(std::ranges::count(site.lines(side),
                             learned_line(far_mac, underlay_address(1 - side, setting.family))) == 1);
    CHECK_THAT(site.wire.host(side).must("bridge fdb show dev vx200"),
               ContainsSubstring(far_mac + " master br-net"));
  }
}
