#include "lab/observer.hpp"
#include "lab/traffic.hpp"
#include "lab/tunnel.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Direction = Observer::Direction;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr std::size_t kEthernet = 14;

Observer::Filter longer_than(std::size_t size) {
  return [size](const Bytes& frame) { return frame.size() > size; };
}

}  // namespace

TEST_CASE("offload: the TAP offers TCP segmentation unless offload is off") {
  Tunnel tunnel(Peer::kVxtapd);
  const std::string expected = std::string("tcp-segmentation-offload: ") + (offload_is_off() ? "off" : "on");
  CHECK_THAT(tunnel.near().must("ethtool -k vx42"), ContainsSubstring(expected));
  CHECK_THAT(tunnel.far().must("ethtool -k vx42"), ContainsSubstring(expected));
}

TEST_CASE("offload: superframes enter the TAP, packets within the underlay's MTU leave") {
  const auto peer = GENERATE(Peer::kKernel, Peer::kVxtapd);
  Tunnel tunnel(peer, Family::kIpv4, {.tx_offload = false});
  REQUIRE(reaches(tunnel.near(), "10.42.0.2"));
  Observer tap(tunnel.near(), "vx42");
  Observer wire(tunnel.far(), "eth0");

  CHECK(tcp_transfer(tunnel.near(), tunnel.far(), "10.42.0.2", 1'000'000) == "");

  REQUIRE(wire.wait_for(1'000'000 / 1450, Direction::kIn, longer_than(1000)));
  CHECK(wire.count(Direction::kIn, longer_than(1500 + kEthernet)) == 0);
  const bool superframes = tap.count(Direction::kOut, longer_than(1450 + kEthernet)) > 0;
  CHECK(superframes == !offload_is_off());
}
