#include <array>

#include "lab/everyday.hpp"
#include "lab/example.hpp"
#include "lab/packets.hpp"
#include "lab/setting.hpp"
#include "lab/traffic.hpp"
#include "networks/switched.hpp"

// Two tenants, in VNI 2002 and 2003, whose MACs and addresses are the same on each host.

using namespace vxtap::lab;
using namespace vxtap::networks;
using Direction = Observer::Direction;

namespace {

constexpr auto kNetwork = "one-tap-many-vnis";
constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";
constexpr std::array kVnis{2002U, 2003U};

std::string tenant_address(std::size_t self) {
  return "10.50.0." + std::to_string(self + 1);
}

/// One end with vxtapd: the tenants on access ports of a switch that has trunk0 as its trunk.
struct Switched {
  Switched(Wire& wire, std::size_t self, Family family) : ovs(wire.host(self)) {
    Host& host = wire.host(self);
    const std::array<std::string, 2> ports{"port-a", "port-b"};
    for (std::size_t i : {0U, 1U}) {
      attach_station(host, ports.at(i), {tenants.at(i), tenant_address(self)}, family);
      tenants.at(i).ip("link set eth0 address " + overlay_mac(self));
    }
    const std::string file = example(kNetwork, "h" + std::to_string(self + 1), family);
    daemon.emplace(host, file);
    ovs.configure(OpenVSwitch::add_bridge("br0"));
    run_switch_commands(ovs, file);
  }

  std::array<Host, 2> tenants;
  OpenVSwitch ovs;
  std::optional<Vxtapd> daemon;
};

/// The other end in one device of the kernel, which a route tells the VNI. The host is both tenants' other
/// end itself and has an address for each, by which it knows whom it answers.
class OneDevice {
 public:
  OneDevice(Host& host, Family family) : host_(host), family_(family) {
    host.ip("link add vxe type vxlan dstport 4789 nolearning external");
    host.ip("link set vxe address " + overlay_mac(1) + " mtu " +
            std::to_string(1500 - encap_overhead(family)) + " up");
    host.ip("neigh add " + tenant_address(0) + " lladdr " + overlay_mac(0) + " nud permanent dev vxe");
    for (std::size_t i : {0U, 1U}) {
      const std::string table = std::to_string(kVnis.at(i));
      host.ip("addr add " + address(i) + "/32 dev vxe");
      host.ip("route add " + route(i) + " table " + table);
      host.ip("rule add from " + address(i) + " lookup " + table);
    }
  }

  static std::string address(std::size_t tenant) { return tenant_address(1 + tenant); }
  /// Whom it means by the tenants' address when it speaks first.
  void speak_to(std::size_t tenant) { host_.ip("route replace " + route(tenant)); }

 private:
  std::string route(std::size_t tenant) const {
    const std::string encapsulation = family_ == Family::kIpv4 ? "ip" : "ip6";
    return tenant_address(0) + "/32 encap " + encapsulation + " id " + std::to_string(kVnis.at(tenant)) +
           " dst " + underlay_address(0, family_) + " dev vxe src " + address(tenant);
  }

  Host& host_;
  const Family family_;
};

struct Site {
  explicit Site(const Setting& setting) : near(wire, 0, setting.family) {
    if (setting.peer == Peer::kVxtapd)
      far.emplace(wire, 1, setting.family);
    else
      device.emplace(wire.host(1), setting.family);
  }

  Station near_end(std::size_t tenant) { return {near.tenants.at(tenant), tenant_address(0)}; }
  Station far_end(std::size_t tenant) {
    if (far) return {far->tenants.at(tenant), tenant_address(1)};
    device->speak_to(tenant);
    return {wire.host(1), OneDevice::address(tenant)};
  }

  Wire wire{2};
  Switched near;
  std::optional<Switched> far;
  std::optional<OneDevice> device;
};

/// Test frames of the wire, by VNI.
Observer::Filter carries_test_frame_of(unsigned vni) {
  return [vni](const Bytes& frame) { return carries_test_frame(frame) && parse_outer(frame)->vni() == vni; };
}

}  // namespace

TEST_CASE("one-tap-many-vnis: each tenant has its everyday traffic") {
  const auto setting = every_setting();
  CAPTURE(setting);
  Site site(setting);
  for (std::size_t tenant : {0U, 1U}) check_everyday_traffic(site.near_end(tenant), site.far_end(tenant));

  const auto rows = site.near.daemon->fdb(overlay_mac(1));
  REQUIRE(rows.size() == 2);
  for (std::size_t i : {0U, 1U}) {
    CHECK(rows.at(i).at("vni") == kVnis.at(i));
    CHECK(rows.at(i).at("dst").as_string() == underlay_address(1, setting.family));
  }
  for (const unsigned vni : kVnis) CHECK(site.near.daemon->stat(vni, {"fdb", "moved"}) == 0);
}

TEST_CASE("one-tap-many-vnis: both tenants' flows at once are two") {
  const auto setting = every_setting();
  CAPTURE(setting);
  Site site(setting);
  std::array<std::optional<UdpFlow>, 2> flows;
  for (std::size_t tenant : {0U, 1U}) {
    const Station near = site.near_end(tenant);
    const Station far = site.far_end(tenant);
    REQUIRE(reaches(near.host, far.address));
    flows.at(tenant).emplace(near.host, far.host, far.address);
  }
  for (auto& flow : flows) CHECK(flow->goes_on(300));
  for (auto& flow : flows) {
    const auto result = flow->stop();
    CHECK(result.received == result.sent);
    CHECK(result.reordered == 0);
  }
}

TEST_CASE("one-tap-many-vnis: no tenant sees a frame of the other") {
  const auto setting = every_setting();
  CAPTURE(setting);
  Site site(setting);
  const auto tenant = GENERATE(std::size_t{0}, std::size_t{1});
  CAPTURE(tenant);
  const std::size_t other = 1 - tenant;
  for (std::size_t i : {0U, 1U}) REQUIRE(reaches(site.near.tenants.at(i), site.far_end(i).address));
  Observer near_other(site.near.tenants.at(other), "eth0");
  Observer arriving(site.wire.host(1), "eth0");
  std::array<std::optional<Observer>, 2> far_tenants;
  if (site.far)
    for (std::size_t i : {0U, 1U}) far_tenants.at(i).emplace(site.far->tenants.at(i), "eth0");

  for (std::uint32_t mark = 0; mark < 5; ++mark)
    send_frame(site.near.tenants.at(tenant), "eth0", test_frame(overlay_mac(0), kBroadcast, mark));

  CHECK(arriving.wait_for(5, Direction::kIn, carries_test_frame_of(kVnis.at(tenant))));
  if (site.far) CHECK(far_tenants.at(tenant)->wait_for(5, Direction::kIn, is_test_frame));
  // Whatever went astray would have arrived before the answer to this.
  REQUIRE(reaches(site.near.tenants.at(other), site.far_end(other).address));
  CHECK(arriving.count(Direction::kIn, carries_test_frame) == 5);
  CHECK(near_other.count(Direction::kIn, is_test_frame) == 0);
  if (site.far) CHECK(far_tenants.at(other)->count(Direction::kIn, is_test_frame) == 0);
}

TEST_CASE("one-tap-many-vnis: the switch and its tenants get over a restart of vxtapd") {
  Site site({.peer = Peer::kKernel});
  REQUIRE(reaches(site.near.tenants[0], OneDevice::address(0)));
  site.near.daemon.reset();
  site.near.daemon.emplace(site.wire.host(0), example(kNetwork, "h1"));
  for (std::size_t i : {0U, 1U}) CHECK(reaches(site.near.tenants.at(i), OneDevice::address(i)));
}
