#include "lab/open_vswitch.hpp"

#include "lab/everyday.hpp"
#include "lab/example.hpp"
#include "lab/setting.hpp"
#include "lab/traffic.hpp"
#include "networks/switched.hpp"

using namespace vxtap::lab;
using namespace vxtap::networks;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr auto kNetwork = "open-vswitch";

/// Open vSwitch as the other end, its bridge's own interface being the overlay's.
struct Tunnelling {
  Tunnelling(Host& host, Family family) : ovs(host) {
    ovs.take_underlay(1);
    ovs.configure(OpenVSwitch::add_bridge("br0") + " other-config:hwaddr=" + overlay_mac(1) +
                  " -- set interface br0 mtu_request=" + std::to_string(1500 - encap_overhead(family)));
    run_switch_commands(ovs, example(kNetwork, "h1", family));
    host.ip("addr add 10.42.0.2/24 dev br0");
    host.ip("link set br0 up");
  }

  OpenVSwitch ovs;
};

/// One end at which the TAP is a port of a bridge, with a station in another.
struct Bridged {
  Bridged(Wire& wire, std::size_t self, Family family)
      : address("10.42.0." + std::to_string(self + 1)), ovs(wire.host(self)) {
    const std::string file = example(kNetwork, "bridged-h" + std::to_string(self + 1), family);
    attach_station(wire.host(self), "station", {station, address}, family);
    daemon.emplace(wire.host(self), file);
    ovs.configure(OpenVSwitch::add_bridge("br0") + " -- add-port br0 station");
    run_switch_commands(ovs, file);
  }

  Host station;
  std::string address;
  OpenVSwitch ovs;
  std::optional<Vxtapd> daemon;
};

}  // namespace

TEST_CASE("open-vswitch: it is the other end, and both learn") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  Wire wire(2, {.tx_offload = false});
  Vxtapd daemon(wire.host(0), example(kNetwork, "h1", family));
  Tunnelling far(wire.host(1), family);

  check_everyday_traffic({wire.host(0), "10.42.0.1"}, {wire.host(1), "10.42.0.2"});

  CHECK(daemon.learned_remote(overlay_mac(1)) == underlay_address(1, family));
  const std::string own_mac(daemon.json({"show", "42"}).at(0).at("address").as_string());
  CHECK_THAT(far.ovs.ask("fdb/show br0"), ContainsSubstring(own_mac));
}

TEST_CASE("open-vswitch: vxtapd's TAP is a port of its bridge") {
  const auto setting = every_setting();
  CAPTURE(setting);
  Wire wire(2);
  Bridged near(wire, 0, setting.family);
  std::optional<Bridged> far;
  if (setting.peer == Peer::kVxtapd)
    far.emplace(wire, 1, setting.family);
  else
    add_kernel_vxlan(wire.host(1), {.self = 1, .family = setting.family},
                     "remote " + underlay_address(0, setting.family));

  check_everyday_traffic({near.station, near.address}, {far ? far->station : wire.host(1), "10.42.0.2"});

  CHECK(near.daemon->log().find("warning") == std::string::npos);
}

TEST_CASE("open-vswitch: the bridge gets over a restart of vxtapd") {
  Wire wire(2);
  Bridged near(wire, 0, Family::kIpv4);
  Bridged far(wire, 1, Family::kIpv4);
  REQUIRE(reaches(near.station, far.address));
  near.daemon.reset();
  near.daemon.emplace(wire.host(0), example(kNetwork, "bridged-h1"));
  CHECK(reaches(near.station, far.address));
}
