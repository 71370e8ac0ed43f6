#include "lab/narrowing.hpp"
#include "lab/overlay.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

constexpr unsigned kNearMtu = Narrowing::kNearMtu, kFarMtu = Narrowing::kFarMtu;

const std::string kOverlay = ", addresses: [10.42.0.1/24, \"fd42::1/64\"]";

/// What a host's stack believes of the way to an overlay address.
bool believes(Host& host, const std::string& destination, unsigned mtu) {
  return host.ip("route get " + destination).find("mtu " + std::to_string(mtu)) != std::string::npos;
}

}  // namespace

TEST_CASE("path MTU: the inner sender learns what a router on the way reported, and TCP goes on") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  Narrowing net(underlay);
  Vxtapd daemon(net.near, net.config(underlay == Family::kIpv4 ? ", df: inherit" : "", kOverlay));
  net.add_kernel_vtep();
  REQUIRE(net.near.interface_mtu("vx42") == kNearMtu - encap_overhead(underlay));
  const std::string far = GENERATE(std::string("10.42.0.2"), std::string("fd42::2"));
  REQUIRE(reaches(net.near, far));

  CHECK(tcp_transfer(net.near, net.far, far, 1'000'000) == "");
  CHECK(believes(net.near, far, kFarMtu - encap_overhead(underlay)));
  CHECK(daemon.segment_drops(42, "too_big") > 0);
  CHECK(daemon.segment_drops(42, "underlay_send_failed") == 0);
}

TEST_CASE("path MTU: the sender behind a bridge learns it as well") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  Narrowing net(underlay);
  Host container;
  net.near.ip("link add br0 type bridge mcast_snooping 0");
  net.near.ip("link set br0 up mtu " + std::to_string(kNearMtu));
  connect(net.near, "veth0", container, "eth0");
  for (const std::string option : {"link set veth0 mtu 4950", "link set veth0 master br0"})
    net.near.ip(option);
  container.ip("link set eth0 mtu 4950");
  container.ip("addr add 10.42.0.1/24 dev eth0");
  container.ip("addr add fd42::1/64 dev eth0 nodad");
  Vxtapd daemon(net.near, net.config(underlay == Family::kIpv4 ? ", df: inherit" : "", ", master: br0"));
  net.add_kernel_vtep();
  const std::string far = GENERATE(std::string("10.42.0.2"), std::string("fd42::2"));
  REQUIRE(reaches(container, far));

  CHECK(tcp_transfer(container, net.far, far, 1'000'000) == "");
  CHECK(believes(container, far, kFarMtu - encap_overhead(underlay)));
}

TEST_CASE("path MTU: the MTU of the underlay's route counts, whatever DF says") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  Narrowing net(underlay);
  Vxtapd daemon(net.near, net.config(", df: unset", kOverlay));
  net.add_kernel_vtep();
  const std::string far = GENERATE(std::string("10.42.0.2"), std::string("fd42::2"));
  REQUIRE(reaches(net.near, far));
  net.near.ip((underlay == Family::kIpv4 ? "" : "-6 ") + std::string("route add ") + net.address(2, 2) +
              " via " + net.address(1, 9) + " mtu 3000");

  CHECK(eventually([&] {
    return tcp_transfer(net.near, net.far, far, 1'000'000).empty() &&
           believes(net.near, far, 3000 - encap_overhead(underlay));
  }));
}

TEST_CASE("path MTU: with df unset what may be fragmented is") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  Narrowing net(underlay);
  Vxtapd daemon(net.near, net.config("", kOverlay));
  net.add_kernel_vtep();
  REQUIRE(reaches(net.near, "10.42.0.2"));
  net.near.sysctl("ipv4/ip_no_pmtu_disc", "1");  // the overlay's packets leave without DF

  CHECK(eventually(
      [&] { return udp_echo_of_size(net.near, net.far, "10.42.0.2", kNearMtu - 70 - 28).empty(); }));
}
