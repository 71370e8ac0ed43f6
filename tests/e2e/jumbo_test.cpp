#include "lab/traffic.hpp"
#include "lab/tunnel.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

TEST_CASE("jumbo frames: an underlay of MTU 9000 carries TCP and UDP of every size up to 8950") {
  const auto peer = GENERATE(Peer::kKernel, Peer::kVxtapd);
  const bool tx_offload = GENERATE(true, false);
  CAPTURE(peer == Peer::kKernel, tx_offload);
  Tunnel tunnel(peer, Family::kIpv4, {.tx_offload = tx_offload, .mtu = 9000});

  CHECK(tunnel.near().interface_mtu("vx42") == 8950U);
  CHECK(tunnel.far().interface_mtu("vx42") == 8950U);
  REQUIRE(reaches(tunnel.near(), "10.42.0.2"));
  CHECK(tcp_transfer(tunnel.near(), tunnel.far(), "10.42.0.2", 1'000'000) == "");
  CHECK(tcp_transfer(tunnel.far(), tunnel.near(), "10.42.0.1", 1'000'000) == "");
  CHECK(udp_echo_of_every_size(tunnel.near(), tunnel.far(), "10.42.0.2", 8950 - 28) == "");
}
