// A route to the remote that leads into the overlay itself: without a defence each packet is encapsulated for
// ever, in ever larger ones.
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <thread>
#include <vector>

#include "lab/overlay.hpp"
#include "lab/sockets.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr std::int64_t kStimulus = 2000;

/// Datagrams that may be fragmented, no faster than the TAP's queue is read.
void stimulate(Host& host, const std::string& to, std::size_t payload) {
  const auto socket = connected_socket(host, SOCK_DGRAM, Endpoint(to, kFlowPort));
  const int fragments = IP_PMTUDISC_DONT;
  REQUIRE(::setsockopt(socket.get(), IPPROTO_IP, IP_MTU_DISCOVER, &fragments, sizeof fragments) == 0);
  const std::vector<std::uint8_t> datagram(payload, 0x55);
  for (std::int64_t i = 0; i < kStimulus; ++i) {
    REQUIRE(::send(socket.get(), datagram.data(), payload, 0) == static_cast<ssize_t>(payload));
    if (i % 20 == 0) std::this_thread::sleep_for(milliseconds(1));
  }
}

}  // namespace

TEST_CASE(
    "loop: what comes back through a route into the own TAP is dropped, and not one packet more is sent") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const bool v4 = family == Family::kIpv4;
  // The second no longer fits the TAP when it comes back, and comes in fragments.
  const std::size_t payload = GENERATE(18U, 1340U);
  Wire wire(2);
  Host& near = wire.host(0);
  add_kernel_vxlan(wire.host(1), {.self = 1, .family = family}, "remote " + underlay_address(0, family));
  Vxtapd daemon(near, segment_config({.self = 0, .family = family}, unicast_to(1, family)));
  const std::string far = overlay_address(1, Family::kIpv4);
  REQUIRE(reaches(near, far));
  const std::string neighbour = overlay_address(1, family) + " lladdr " + overlay_mac(1) + " dev vx42";
  near.ip("neighbour replace " + neighbour + " nud permanent");
  const std::string route = underlay_address(1, family) + (v4 ? "/32" : "/128") + " via " +
                            overlay_address(1, family) + " dev vx42";
  near.ip("route add " + route);

  const auto sent = daemon.stat(42, {"tx", "packets"});
  const auto read = near.interface_packets("vx42").sent;
  stimulate(near, far, payload);
  REQUIRE(eventually([&] { return daemon.segment_drops(42, "own_address") >= kStimulus; }));
  // Everything that the host put into the TAP was taken up.
  const auto settled = [&] {
    const auto into = static_cast<std::int64_t>(near.interface_packets("vx42").sent - read);
    const auto out = daemon.stat(42, {"tx", "packets"}) - sent;
    return into <= out + daemon.segment_drops(42, "own_address");
  };
  CHECK(eventually(settled));
  const auto growth = daemon.stat(42, {"tx", "packets"}) - sent - kStimulus;
  CHECK(growth <= kStimulus / 100);
  CHECK_THAT(daemon.ctl({"doctor"}).out, ContainsSubstring("leads into our own overlay"));

  near.ip("route del " + route);
  CHECK(reaches(near, far));
}
