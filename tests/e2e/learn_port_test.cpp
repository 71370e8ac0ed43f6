#include "lab/departures.hpp"
#include "lab/packets.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// Peers whose packets come from another port than the one they listen on: a NAT on the way.

using namespace vxtap::lab;

namespace {

constexpr auto kStation = "02:99:00:00:00:01";

std::string config_of(const std::string& more, const std::string& underlay = "") {
  return "workers: 1\n" + segment_config({.self = 0}, "mode: unicast, remote: 192.0.2.2", more, underlay);
}

void hear(Wire& wire, std::uint16_t source_port) {
  send_underlying(wire, {.from = 1, .source_port = source_port},
                  vxlan(42, test_frame(kStation, overlay_mac(0))));
}

bool is_at_port(Vxtapd& daemon, unsigned port) {
  return eventually([&] {
    const auto rows = daemon.fdb(kStation);
    return rows.size() == 1 && rows[0].at("port") == port;
  });
}

/// Near host and NAT on one link, behind the NAT the far host with the kernel's VTEP.
struct BehindNat {
  BehindNat() {
    connect(wire.host(1), "inside0", far, "eth0");
    wire.host(1).sysctl("ipv4/ip_forward", "1");
    wire.host(1).ip("addr add 198.51.100.1/24 dev inside0");
    far.ip("addr add 198.51.100.2/24 dev eth0");
    far.ip("route add default via 198.51.100.1");
    for (const std::string rule :
         {"add table ip nat", "add chain ip nat out { type nat hook postrouting priority 100 ; }",
          "add rule ip nat out oifname eth0 udp dport 4789 snat to 192.0.2.2:20001"})
      wire.host(1).must("nft " + rule);
    // It must listen on the port it sends from, as answers come there.
    far.ip(
        "link add vx42 type vxlan id 42 dstport 4789 srcport 4789 4790 local 198.51.100.2 remote 192.0.2.1");
    far.ip("link set vx42 address " + overlay_mac(1) + " mtu 1450 up");
    far.ip("addr add 10.42.0.2/24 dev vx42");
    far.ip("addr add fd42::2/64 dev vx42 nodad");
  }

  Wire wire{2};
  Host far;
};

}  // namespace

// A NAT lets in only what comes from where it sent to, so the answers must leave from the port that the peer
// sends to.
TEST_CASE("learn port: a kernel peer behind a NAT is answered where its packets come from") {
  BehindNat net;
  Vxtapd daemon(net.wire.host(0), config_of("fdb: {learn_port: true}", "source_port: 4789"));

  for (const std::string near : {"10.42.0.1", "fd42::1"}) CHECK(reaches(net.far, near));
  CHECK(reaches(net.wire.host(0), "10.42.0.2"));
  CHECK(reaches(net.wire.host(0), "fd42::2"));
  const auto rows = daemon.fdb(overlay_mac(1));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].at("dst") == "192.0.2.2");
  CHECK(rows[0].at("port") == 20001);
}

TEST_CASE("learn port: a port that changes is followed, and is no move") {
  Wire wire(2, {.tx_offload = false});
  Vxtapd daemon(wire.host(0), config_of("fdb: {learn_port: true}"));
  Departures departures(wire);
  for (const unsigned port : {20001U, 20002U, 20001U, 30000U, 30001U, 30002U, 30003U, 30004U}) {
    hear(wire, static_cast<std::uint16_t>(port));
    REQUIRE(is_at_port(daemon, port));
    CHECK(departures.towards(kStation, 1) == Copies{with_port("192.0.2.2", port)});
  }
  CHECK(daemon.stat(42, {"fdb", "moved"}) == 0);
  CHECK(daemon.stat(42, {"fdb", "learned"}) == 1);
  CHECK(departures.towards("ff:ff:ff:ff:ff:ff", 1) == Copies{"192.0.2.2:4789"});
}

TEST_CASE("learn port: without it the segment's port is the answer's") {
  Wire wire(2, {.tx_offload = false});
  Vxtapd daemon(wire.host(0), config_of("fdb: {learn_port: false}"));
  Departures departures(wire);
  hear(wire, 20001);
  REQUIRE(is_at_port(daemon, 4789));
  CHECK(departures.towards(kStation, 1) == Copies{"192.0.2.2:4789"});
}
