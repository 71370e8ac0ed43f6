#include "lab/overlay.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// What `underlay.device` and `underlay.require_device` bind to, while it comes and goes.

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Host 0 reaches the wire through a bridge, which can be deleted and made again as no end of a veth can.
void make_uplink(Host& host) {
  host.ip("link add up0 type bridge");
  host.ip("link set eth0 master up0");
  host.ip("address flush dev eth0");
  host.ip("address add 192.0.2.1/24 dev up0");
  host.ip("address add 2001:db8::1/64 dev up0 nodad");
  host.ip("link set up0 up");
}

std::string on(const std::string& device_key, Family family) {
  return segment_config({.self = 0, .family = family}, unicast_to(1, family), "", device_key);
}

/// What a start says that the system refuses.
std::string refused_start(Host& host, const std::string& config) {
  const std::string file = host.directory() / "vxtapd.yaml";
  write_file(file, "control: {socket: " + (host.directory() / "control.sock").string() + "}\n" + config);
  const auto refused = host.command({built("vxtapd"), "--config", file});
  CHECK(refused.exit_code == 3);
  return refused.err;
}

std::string of_fdb(Vxtapd& daemon) {
  return daemon.ctl({"fdb", "show"}).out;
}

}  // namespace

TEST_CASE("underlay device: deleted and made anew it is bound to again, and nothing was forgotten") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const auto key = GENERATE(as<std::string>(), "device: up0", "require_device: up0");
  Wire wire(2);
  make_uplink(wire.host(0));
  add_kernel_vxlan(wire.host(1), {.self = 1, .family = family}, "remote " + underlay_address(0, family));
  Vxtapd daemon(wire.host(0), on(key, family));
  const std::string far = overlay_address(1, family);
  REQUIRE(reaches(wire.host(0), far));
  REQUIRE_THAT(of_fdb(daemon), ContainsSubstring(overlay_mac(1)));

  wire.host(0).ip("link del up0");
  REQUIRE(eventually([&] { return daemon.log().find("device up0: deleted") != std::string::npos; }));
  CHECK(ping(wire.host(0), far, 1, milliseconds(300)).received == 0);
  make_uplink(wire.host(0));
  CHECK(reaches(wire.host(0), far));
  CHECK(reaches(wire.host(1), overlay_address(0, family)));
  CHECK_THAT(of_fdb(daemon), ContainsSubstring(overlay_mac(1)));
  CHECK(daemon.ctl({"reload"}).exit_code == 0);
  CHECK(reaches(wire.host(0), far));
}

TEST_CASE("underlay device: a required one is the only way, whatever the routes say") {
  Wire wire(2);
  Host& host = wire.host(0);
  host.ip("link add wg0 type bridge");
  host.ip("address add 192.0.2.1/32 dev wg0");
  host.ip("link set wg0 up");
  add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
  Vxtapd daemon(host, on("require_device: wg0", Family::kIpv4));

  CHECK(ping(host, "10.42.0.2", 3, milliseconds(200)).received == 0);
  CHECK(ping(wire.host(1), "10.42.0.1", 3, milliseconds(200)).received == 0);
  // The peer's route and ours lead over eth0, and the peer did send.
  CHECK(wire.host(1).interface_packets("vx42").sent > 0);
  CHECK(wire.host(1).interface_packets("vx42").received == 0);
  CHECK(daemon.stat(42, {"rx", "packets"}) == 0);
  CHECK(daemon.stat(42, {"tx", "packets"}) > 0);

  SECTION("and open to those who require nothing") {
    daemon.rewrite(on("", Family::kIpv4));
    REQUIRE(daemon.ctl({"reload"}).exit_code == 0);
    CHECK(reaches(host, "10.42.0.2"));
  }
}

TEST_CASE("underlay device: one port with and without a device is refused, at a start and by a reload") {
  Wire wire(2);
  const std::string bound = segment_config({.self = 0}, unicast_to(1), "underlay: {device: eth0}");
  const std::string second = "  - {vni: 43, tap: vx43, peers: {mode: unicast, remote: 192.0.2.2}";
  const std::string said = "192.0.2.1:4789: address in use; one segment binds it to eth0";
  CHECK_THAT(refused_start(wire.host(0), bound + second + "}\n"), ContainsSubstring(said));

  Vxtapd daemon(wire.host(0), bound);
  daemon.rewrite(bound + second + "}\n");
  const auto reload = daemon.ctl({"reload"});
  CHECK(reload.exit_code == 1);
  CHECK_THAT(reload.err, ContainsSubstring(said));
  add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
  CHECK(reaches(wire.host(0), "10.42.0.2"));
}

TEST_CASE("underlay device: segments of one address and port may be on different devices") {
  Wire wire(2);
  wire.host(0).ip("link add up1 type bridge");
  const std::string bound = segment_config({.self = 0}, unicast_to(1), "underlay: {device: eth0}");
  add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
  Vxtapd daemon(wire.host(0), bound +
                                  "  - {vni: 43, tap: vx43, underlay: {device: up1}, "
                                  "peers: {mode: unicast, remote: 192.0.2.2}}\n");
  CHECK(reaches(wire.host(0), "10.42.0.2"));
  CHECK(reaches(wire.host(1), "10.42.0.1"));
  CHECK(daemon.ctl({"reload"}).exit_code == 0);
}

TEST_CASE("underlay device: without the required one nothing starts") {
  Wire wire(2);
  Host& host = wire.host(0);
  CHECK_THAT(refused_start(host, on("require_device: wg0", Family::kIpv4)),
             ContainsSubstring("device wg0: no such device"));
  CHECK_FALSE(host.interface_mtu("vx42"));
}
