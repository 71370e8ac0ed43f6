#include <array>
#include <optional>

#include "lab/everyday.hpp"
#include "lab/example.hpp"
#include "lab/packets.hpp"
#include "lab/setting.hpp"
#include "lab/traffic.hpp"

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

constexpr auto kNetwork = "flood-list";
constexpr auto kEveryMac = "00:00:00:00:00:00";
constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";
constexpr std::size_t kHosts = 3;

/// Which host of the mesh is the kernel's, and the underlay's family.
struct Mesh {
  std::optional<std::size_t> kernel;
  Family family = Family::kIpv4;
};

std::ostream& operator<<(std::ostream& out, const Mesh& mesh) {
  return out << (mesh.kernel ? "h" + std::to_string(*mesh.kernel + 1) + " is the kernel's" : "vxtapd alone")
             << (mesh.family == Family::kIpv4 ? ", IPv4" : ", IPv6");
}

Mesh every_mesh() {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const auto kernel =
      GENERATE(std::optional<std::size_t>{}, std::optional<std::size_t>{1}, std::optional<std::size_t>{2});
  return {kernel, family};
}

/// Three hosts, none of them in the mesh yet.
struct Site {
  explicit Site(const Mesh& of) : mesh(of) {}

  void join(std::size_t self) {
    if (mesh.kernel == self)
      join_with_kernel(self);
    else
      daemons.at(self).emplace(wire.host(self),
                               example(kNetwork, "h" + std::to_string(self + 1), mesh.family));
  }
  void leave(std::size_t self) {
    if (mesh.kernel == self)
      wire.host(self).ip("link del vx100");
    else
      daemons.at(self).reset();
  }
  Station station(std::size_t index) {
    return {wire.host(index), overlay_address(index, Family::kIpv4, 100)};
  }

  Mesh mesh;
  Wire wire{kHosts};
  std::array<std::optional<Vxtapd>, kHosts> daemons;

 private:
  void join_with_kernel(std::size_t self) {
    Host& host = wire.host(self);
    add_kernel_device(host, {.self = self, .family = mesh.family, .vni = 100, .device = "vx100"}, "");
    host.ip("addr add " + station(self).address + "/24 dev vx100");
    host.ip("link set vx100 up");
    for (std::size_t other = 0; other < kHosts; ++other)
      if (other != self)
        host.must("bridge fdb append " + std::string(kEveryMac) + " dev vx100 dst " +
                  underlay_address(other, mesh.family));
  }
};

/// The numbered UDP flow both ways between the hosts that stay.
struct Flows {
  explicit Flows(Site& site)
      : there(site.station(0).host, site.station(1).host, site.station(1).address),
        back(site.station(1).host, site.station(0).host, site.station(0).address, 7003) {}

  bool go_on() { return there.goes_on() && back.goes_on(); }
  void check_complete() {
    for (UdpFlow* flow : {&there, &back}) {
      const auto result = flow->stop();
      CHECK(result.received == result.sent);
      CHECK(result.reordered == 0);
    }
  }

  UdpFlow there, back;
};

/// Each of the broadcasts from the first host reaches the second once.
void check_flood_goes_on(Site& site) {
  constexpr std::uint32_t kFrames = 20;
  Observer second(site.wire.host(1), "vx100");
  for (std::uint32_t mark = 0; mark < kFrames; ++mark)
    send_frame(site.wire.host(0), "vx100", test_frame("02:99:00:00:00:01", kBroadcast, mark));
  CHECK(second.wait_for(kFrames, Direction::kIn, is_test_frame));
  CHECK(ping(site.wire.host(0), site.station(1).address, 3).received == 3);
  CHECK(second.count(Direction::kIn, is_test_frame) == kFrames);
}

}  // namespace

TEST_CASE("flood-list: every pair has its everyday traffic") {
  const auto mesh = every_mesh();
  CAPTURE(mesh);
  Site site(mesh);
  for (std::size_t self = 0; self < kHosts; ++self) site.join(self);
  check_everyday_traffic(site.station(0), site.station(1));
  check_everyday_traffic(site.station(0), site.station(2));
  check_everyday_traffic(site.station(1), site.station(2));
}

TEST_CASE("flood-list: what is flooded reaches each of the others once, and is learned") {
  const auto mesh = every_mesh();
  CAPTURE(mesh);
  Site site(mesh);
  for (std::size_t self = 0; self < kHosts; ++self) site.join(self);
  REQUIRE(reaches(site.wire.host(0), site.station(1).address));
  REQUIRE(reaches(site.wire.host(0), site.station(2).address));
  Observer second(site.wire.host(1), "vx100");
  Observer third(site.wire.host(2), "vx100");

  for (std::uint32_t mark = 0; mark < 10; ++mark)
    send_frame(site.wire.host(0), "vx100", test_frame("02:99:00:00:00:01", kBroadcast, mark));

  for (const Observer* other : {&second, &third}) CHECK(other->wait_for(10, Direction::kIn, is_test_frame));
  for (std::size_t other : {1U, 2U}) {
    CHECK(ping(site.wire.host(0), site.station(other).address, 3).received == 3);
    if (site.daemons.at(other))
      CHECK(site.daemons.at(other)->learned_remote("02:99:00:00:00:01") == underlay_address(0, mesh.family));
    else
      CHECK(site.wire.host(other)
                .must("bridge fdb show dev vx100")
                .find("02:99:00:00:00:01 dst " + underlay_address(0, mesh.family)) != std::string::npos);
  }
  for (const Observer* other : {&second, &third}) CHECK(other->count(Direction::kIn, is_test_frame) == 10);
}

TEST_CASE("flood-list: two hosts never notice that the third is missing, joins and leaves") {
  const auto mesh = every_mesh();
  CAPTURE(mesh);
  const bool cut_off = GENERATE(false, true);
  CAPTURE(cut_off);
  Site site(mesh);
  site.join(0);
  site.join(1);
  REQUIRE(reaches(site.wire.host(0), site.station(1).address));
  Flows flows(site);
  REQUIRE(flows.go_on());
  check_flood_goes_on(site);

  site.join(2);
  REQUIRE(reaches(site.wire.host(2), site.station(0).address));
  REQUIRE(reaches(site.wire.host(1), site.station(2).address));
  check_flood_goes_on(site);

  if (cut_off)
    site.wire.unplug(2);
  else
    site.leave(2);
  check_flood_goes_on(site);
  CHECK(flows.go_on());
  flows.check_complete();
}
