#include "lab/overlay.hpp"
#include "lab/raw_peers.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

constexpr auto kStation = "02:99:00:00:00:01";
constexpr auto kPinned = "02:99:00:00:00:09";

/// Sends `count` good frames to a TAP that is not there and waits until each is accounted for.
void check_counted_as_tap_down(Wire& wire, Vxtapd& daemon, int count) {
  const auto before = daemon.segment_drops(42, "tap_down");
  for (int i = 0; i < count; ++i) send_encapsulated(wire, 1, kStation, overlay_mac(0));
  CHECK(eventually([&] { return daemon.segment_drops(42, "tap_down") == before + count; }));
}

std::string config() {
  return segment_config({.self = 0}, "mode: unicast, remote: 192.0.2.2",
                        "fdb: {static: [{mac: \"02:99:00:00:00:09\", remote: 192.0.2.2}]}");
}

}  // namespace

TEST_CASE("tap: set down, dynamic entries go and arrivals count as tap_down, then up again") {
  Wire wire(2);
  Vxtapd daemon(wire.host(0), config());
  send_encapsulated(wire, 1, kStation, overlay_mac(0));
  REQUIRE(eventually([&] { return daemon.learned_remote(kStation) == "192.0.2.2"; }));

  wire.host(0).ip("link set vx42 down");

  CHECK(eventually([&] { return daemon.fdb(kStation).empty(); }));
  CHECK(daemon.learned_remote(kPinned) == "192.0.2.2");
  check_counted_as_tap_down(wire, daemon, 5);

  add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
  wire.host(0).ip("link set vx42 up");
  CHECK(reaches(wire.host(0), "10.42.0.2"));
  CHECK(reaches(wire.host(1), "10.42.0.1"));
}

TEST_CASE("tap: deleted and made again by hand, it is taken up again") {
  const std::string flags = GENERATE("", " multi_queue");
  CAPTURE(flags);
  Wire wire(2);
  Vxtapd daemon(wire.host(0), config());
  send_encapsulated(wire, 1, kStation, overlay_mac(0));
  REQUIRE(eventually([&] { return daemon.learned_remote(kStation) == "192.0.2.2"; }));

  wire.host(0).ip("link del vx42");

  CHECK(eventually([&] { return daemon.fdb(kStation).empty(); }));
  check_counted_as_tap_down(wire, daemon, 5);
  CHECK(daemon.running());

  wire.host(0).ip("tuntap add vx42 mode tap" + flags);
  wire.host(0).ip("link set vx42 address " + overlay_mac(0) + " mtu 1450 up");
  const auto address = wire.host(0).command({"ip", "addr", "replace", "10.42.0.1/24", "dev", "vx42"});
  CHECK(address.exit_code == 0);
  add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
  CHECK(reaches(wire.host(0), "10.42.0.2"));
  CHECK(tcp_transfer(wire.host(0), wire.host(1), "10.42.0.2", 1'000'000) == "");
}

TEST_CASE("tap: an interface made beforehand is used, persists and keeps its name") {
  const std::string flags = GENERATE("", " multi_queue");
  CAPTURE(flags);
  Wire wire(2);
  add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
  wire.host(0).ip("tuntap add vx42 mode tap" + flags);
  const unsigned index = wire.host(0).interface_index("vx42");
  Vxtapd daemon(wire.host(0), config());
  CHECK(reaches(wire.host(0), "10.42.0.2"));
  daemon.stop();
  CHECK(wire.host(0).interface_index("vx42") == index);
}

TEST_CASE("tap: the interface goes with the daemon unless persist is set") {
  const bool persist = GENERATE(true, false);
  Wire wire(2);
  Vxtapd daemon(wire.host(0),
                "underlay: {local: 192.0.2.1}\n"
                "segments:\n"
                "  - {vni: 42, tap: {name: vx42, persist: " +
                    std::string(persist ? "true" : "false") +
                    "}, peers: {mode: unicast, remote: 192.0.2.2}}\n");
  REQUIRE(wire.host(0).interface_mtu("vx42"));
  daemon.stop();
  CHECK(wire.host(0).interface_mtu("vx42").has_value() == persist);
}
