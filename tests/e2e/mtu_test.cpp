#include "lab/traffic.hpp"
#include "lab/tunnel.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

TEST_CASE("mtu auto is the underlay's less the overhead, and packets of that size pass") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  const unsigned wire_mtu = GENERATE(1500U, 9000U, 1400U);
  CAPTURE(wire_mtu);
  const unsigned expected = wire_mtu - (underlay == Family::kIpv4 ? 50U : 70U);

  Tunnel tunnel(Peer::kKernel, underlay, {.mtu = wire_mtu});

  CHECK(tunnel.near().interface_mtu("vx42") == expected);
  REQUIRE(reaches(tunnel.near(), "10.42.0.2"));
  CHECK(udp_echo_of_size(tunnel.near(), tunnel.far(), "10.42.0.2", expected - 28) == "");
  CHECK(tcp_transfer(tunnel.near(), tunnel.far(), "10.42.0.2", 1'000'000) == "");
  CHECK(tcp_transfer(tunnel.far(), tunnel.near(), "10.42.0.1", 1'000'000) == "");
}

TEST_CASE("a configured mtu is the interface's") {
  Wire wire(2);
  Vxtapd daemon(wire.host(0), segment_config({.self = 0, .mtu = 1300}, unicast_to(1)));
  CHECK(wire.host(0).interface_mtu("vx42") == 1300U);
}

TEST_CASE("a configured mtu above what fits starts with a warning") {
  Wire wire(2);
  Vxtapd daemon(wire.host(0), segment_config({.self = 0, .mtu = 1500}, unicast_to(1)));
  CHECK(wire.host(0).interface_mtu("vx42") == 1500U);
  CHECK(daemon.log().find("1450") != std::string::npos);
}
