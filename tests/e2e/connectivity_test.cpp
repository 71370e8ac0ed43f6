#include "lab/traffic.hpp"
#include "lab/tunnel.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

constexpr std::uint64_t kMegabyte = 1'000'000;

/// Everything a user does first, in both directions, over both families of the overlay.
void check_traffic(Peer peer, Family underlay) {
  const bool tx_offload = GENERATE(true, false);
  CAPTURE(tx_offload);
  Tunnel tunnel(peer, underlay, {.tx_offload = tx_offload});

  for (const auto inner : {Family::kIpv4, Family::kIpv6}) {
    const std::string near_address = overlay_address(0, inner);
    const std::string far_address = overlay_address(1, inner);
    CAPTURE(far_address);
    REQUIRE(reaches(tunnel.near(), far_address));
    REQUIRE(reaches(tunnel.far(), near_address));
    CHECK(ping(tunnel.near(), far_address, 5).received == 5);
    CHECK(tcp_transfer(tunnel.near(), tunnel.far(), far_address, kMegabyte) == "");
    CHECK(tcp_transfer(tunnel.far(), tunnel.near(), near_address, kMegabyte) == "");
  }
  const std::size_t largest = 1500 - encap_overhead(underlay) - 28;
  const std::string far_address = overlay_address(1, Family::kIpv4);
  CHECK(udp_echo_of_every_size(tunnel.near(), tunnel.far(), far_address, largest) == "");
}

}  // namespace

TEST_CASE("kernel peer over IPv4: ping, TCP and UDP of every size") {
  check_traffic(Peer::kKernel, Family::kIpv4);
}
TEST_CASE("kernel peer over IPv6: ping, TCP and UDP of every size") {
  check_traffic(Peer::kKernel, Family::kIpv6);
}
TEST_CASE("vxtapd peer over IPv4: ping, TCP and UDP of every size") {
  check_traffic(Peer::kVxtapd, Family::kIpv4);
}
TEST_CASE("vxtapd peer over IPv6: ping, TCP and UDP of every size") {
  check_traffic(Peer::kVxtapd, Family::kIpv6);
}

TEST_CASE("with offload off everything passes as well") {
  const auto far_offload = GENERATE(true, false);
  Wire wire(2, {.tx_offload = far_offload});
  add_kernel_vxlan(wire.host(1), {.self = 1}, "remote " + underlay_address(0, Family::kIpv4));
  Vxtapd daemon(wire.host(0),
                "underlay: {local: 192.0.2.1}\n"
                "segments:\n"
                "  - vni: 42\n"
                "    tap: {name: vx42, offload: off, addresses: [10.42.0.1/24]}\n"
                "    peers: {mode: unicast, remote: 192.0.2.2}\n");

  REQUIRE(reaches(wire.host(0), "10.42.0.2"));
  CHECK(tcp_transfer(wire.host(0), wire.host(1), "10.42.0.2", kMegabyte) == "");
  CHECK(tcp_transfer(wire.host(1), wire.host(0), "10.42.0.1", kMegabyte) == "");
  CHECK(udp_echo_of_every_size(wire.host(0), wire.host(1), "10.42.0.2", 1450 - 28) == "");
}

TEST_CASE("several workers carry several flows at once") {
  Wire wire(2);
  add_kernel_vxlan(wire.host(1), {.self = 1}, "remote " + underlay_address(0, Family::kIpv4));
  Vxtapd daemon(wire.host(0), "workers: 3\n" + segment_config({.self = 0}, unicast_to(1)));
  REQUIRE(reaches(wire.host(0), "10.42.0.2"));

  UdpFlow first(wire.host(0), wire.host(1), "10.42.0.2", 7100);
  UdpFlow second(wire.host(1), wire.host(0), "10.42.0.1", 7101);
  UdpFlow third(wire.host(0), wire.host(1), "10.42.0.2", 7102);
  CHECK(tcp_transfer(wire.host(0), wire.host(1), "10.42.0.2", 20 * kMegabyte) == "");
  CHECK(tcp_transfer(wire.host(1), wire.host(0), "10.42.0.1", 20 * kMegabyte) == "");

  for (UdpFlow* flow : {&first, &second, &third}) {
    const auto result = flow->stop();
    CHECK(result.received == result.sent);
    CHECK(result.reordered == 0);
  }
}
