#include "lab/observer.hpp"
#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";

/// Host `self` of a full mesh of three.
std::string mesh_config(std::size_t self, Family family) {
  std::string remotes;
  for (std::size_t other = 0; other < 3; ++other)
    if (other != self) remotes += (remotes.empty() ? "\"" : ", \"") + underlay_address(other, family) + "\"";
  return segment_config({.self = self, .family = family}, "mode: static-flood, remotes: [" + remotes + "]");
}

void send_broadcasts(Host& host, unsigned count) {
  for (std::uint32_t mark = 0; mark < count; ++mark)
    send_frame(host, "vx42", test_frame(overlay_mac(0), kBroadcast, mark));
}

}  // namespace

TEST_CASE("static flood: each remote gets exactly one copy of each frame") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  Wire wire(3, {.tx_offload = false});  // a packet socket would see a train as one packet
  Vxtapd first(wire.host(0), mesh_config(0, family));
  Vxtapd second(wire.host(1), mesh_config(1, family));
  Vxtapd third(wire.host(2), mesh_config(2, family));
  REQUIRE(reaches(wire.host(1), overlay_address(2, Family::kIpv4)));
  const auto flooded_before = first.stat(42, {"flooded"});
  Observer wire_out(wire.host(0), "eth0");
  Observer own_tap(wire.host(0), "vx42");
  Observer second_tap(wire.host(1), "vx42");
  Observer third_tap(wire.host(2), "vx42");

  send_broadcasts(wire.host(0), 10);

  REQUIRE(second_tap.wait_for(10, Direction::kIn, is_test_frame));
  REQUIRE(third_tap.wait_for(10, Direction::kIn, is_test_frame));
  REQUIRE(
      reaches(wire.host(1), overlay_address(0, Family::kIpv4)));  // anything sent back would be here by now
  CHECK(second_tap.count(Direction::kIn, is_test_frame) == 10);
  CHECK(third_tap.count(Direction::kIn, is_test_frame) == 10);
  CHECK(own_tap.count(Direction::kIn, is_test_frame) == 0);
  CHECK(wire_out.count(Direction::kOut, carries_test_frame) == 20);
  CHECK(first.stat(42, {"flooded"}) >= flooded_before + 10);
}

TEST_CASE("static flood: all pairs reach each other") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  Wire wire(3, {.tx_offload = false});
  Vxtapd first(wire.host(0), mesh_config(0, family));
  Vxtapd second(wire.host(1), mesh_config(1, family));
  Vxtapd third(wire.host(2), mesh_config(2, family));
  for (const std::size_t from : {0U, 1U, 2U})
    for (const std::size_t to : {0U, 1U, 2U})
      for (const auto inner : {Family::kIpv4, Family::kIpv6})
        if (from != to) CHECK(reaches(wire.host(from), overlay_address(to, inner)));
}

TEST_CASE("static flood: a remote that stops or is cut off is not noticed by the others") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const bool cut_off = GENERATE(true, false);
  CAPTURE(cut_off);
  Wire wire(3);
  Vxtapd first(wire.host(0), mesh_config(0, family));
  Vxtapd second(wire.host(1), mesh_config(1, family));
  Vxtapd third(wire.host(2), mesh_config(2, family));
  REQUIRE(reaches(wire.host(0), "10.42.0.2"));
  REQUIRE(reaches(wire.host(0), "10.42.0.3"));
  UdpFlow flow(wire.host(0), wire.host(1), "10.42.0.2");
  REQUIRE(flow.goes_on());

  if (cut_off) wire.host(2).ip("link set eth0 down");
  third.stop();
  Observer second_tap(wire.host(1), "vx42");
  for (unsigned round = 0; round < 10; ++round) {
    send_broadcasts(wire.host(0), 10);
    REQUIRE(flow.goes_on(20));
  }

  REQUIRE(second_tap.wait_for(100, Direction::kIn, is_test_frame));
  CHECK(second_tap.count(Direction::kIn, is_test_frame) == 100);
  const auto result = flow.stop();
  CHECK(result.received == result.sent);
  CHECK(result.reordered == 0);
}

TEST_CASE("static flood: a remote without a route costs its own copy only") {
  Wire wire(2);
  add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
  Vxtapd daemon(wire.host(0),
                segment_config({.self = 0}, "mode: static-flood, remotes: [198.51.100.9, 192.0.2.2]"));
  const auto failed_before = daemon.segment_drops(42, "underlay_send_failed");
  Observer far_device(wire.host(1), "vx42");

  send_broadcasts(wire.host(0), 10);

  REQUIRE(far_device.wait_for(10, Direction::kIn, is_test_frame));
  CHECK(far_device.count(Direction::kIn, is_test_frame) == 10);
  CHECK(eventually([&] { return daemon.segment_drops(42, "underlay_send_failed") >= failed_before + 10; }));
  CHECK(reaches(wire.host(0), "10.42.0.2"));
}
