#include "lab/observer.hpp"
#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

// The lab itself, proved with the kernel's VTEP at both ends: what fails here is no fault of vxtapd.

using namespace vxtap::lab;

namespace {

void connect_kernels(Wire& wire, Family family) {
  for (const std::size_t self : {0U, 1U})
    add_kernel_vxlan(wire.host(self), {.self = self, .family = family},
                     "remote " + underlay_address(1 - self, family));
}

}  // namespace

TEST_CASE("lab: kernel to kernel carries ping, TCP and UDP of every size") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const bool tx_offload = GENERATE(true, false);
  Wire wire(2, {.tx_offload = tx_offload});
  connect_kernels(wire, family);
  Host& left = wire.host(0);
  Host& right = wire.host(1);

  for (const auto inner : {Family::kIpv4, Family::kIpv6}) {
    REQUIRE(reaches(left, overlay_address(1, inner)));
    CHECK(ping(left, overlay_address(1, inner), 3).received == 3);
    CHECK(tcp_transfer(left, right, overlay_address(1, inner), 1 << 20) == "");
    CHECK(tcp_transfer(right, left, overlay_address(0, inner), 1 << 20) == "");
  }
  const std::size_t largest = 1500 - encap_overhead(family) - 28;
  CHECK(udp_echo_of_every_size(left, right, overlay_address(1, Family::kIpv4), largest) == "");
}

TEST_CASE("lab: a flow without loss is counted as such") {
  Wire wire(3);
  UdpFlow flow(wire.host(0), wire.host(2), underlay_address(2, Family::kIpv4));
  REQUIRE(flow.goes_on(200));
  const auto result = flow.stop();
  CHECK(result.sent == result.received);
  CHECK(result.reordered == 0);
}

TEST_CASE("lab: an unplugged host is out of reach and the loss is counted") {
  Wire wire(3);
  UdpFlow flow(wire.host(0), wire.host(2), underlay_address(2, Family::kIpv4));
  REQUIRE(flow.goes_on(50));
  wire.unplug(2);
  CHECK(ping(wire.host(0), underlay_address(2, Family::kIpv4), 1, milliseconds(300)).received == 0);
  const auto result = flow.stop();
  CHECK(result.sent > result.received);
}

TEST_CASE("lab: an observer sees what the kernel's VTEP sends, taken apart by libtins") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  Wire wire(2, {.tx_offload = false});
  connect_kernels(wire, family);
  Observer observer(wire.host(1), "eth0");
  Observer inner(wire.host(1), "vx42");

  send_frame(wire.host(0), "vx42", test_frame(overlay_mac(0), "ff:ff:ff:ff:ff:ff", 7));

  REQUIRE(observer.wait_for(1, Observer::Direction::kIn, carries_test_frame));
  REQUIRE(inner.wait_for(1, Observer::Direction::kIn, is_test_frame));
  const auto outer = parse_outer(observer.frames(Observer::Direction::kIn, carries_test_frame).front());
  CHECK(outer->source == underlay_address(0, family));
  CHECK(outer->destination == underlay_address(1, family));
  CHECK(outer->vni() == 42);
  CHECK(outer->udp_checksum == outer->computed_checksum);
  CHECK(outer->inner() == test_frame(overlay_mac(0), "ff:ff:ff:ff:ff:ff", 7));
}

TEST_CASE("lab: packets made with libtins are accepted by the kernel's VTEP") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const bool checksum = family == Family::kIpv6 || GENERATE(true, false);
  Wire wire(2);
  connect_kernels(wire, family);
  Observer inner(wire.host(0), "vx42");

  send_underlying(wire, {.family = family, .checksum = checksum},
                  vxlan(42, test_frame("02:99:00:00:00:01", overlay_mac(0))));

  CHECK(inner.wait_for(1, Observer::Direction::kIn, is_test_frame));
}

TEST_CASE("lab: commands report exit code, output and a time-out, processes end by signal") {
  Host host;
  const auto result = host.command({"sh", "-c", "echo out; echo err >&2; exit 5"});
  CHECK(result.exit_code == 5);
  CHECK(result.out == "out\n");
  CHECK(result.err == "err\n");
  CHECK_THROWS(host.command({"sleep", "60"}, milliseconds(100)));
  CHECK(host.command({"no-such-program"}).exit_code == 127);

  Process process(host.thread(), {"sleep", "60"}, {}, host.directory() / "log");
  CHECK(process.running());
  CHECK(process.terminate() == 128 + 15);
}

TEST_CASE("lab: hosts do not see each other's interfaces, and an exception crosses threads") {
  Host left;
  Host right;
  left.ip("link add only-here type bridge");
  CHECK(left.ip("-o link").find("only-here") != std::string::npos);
  CHECK(right.ip("-o link").find("only-here") == std::string::npos);
  CHECK_THROWS(left.ip("link show nothing"));
}
