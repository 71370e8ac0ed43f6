#include <tins/tins.h>

#include "lab/departures.hpp"
#include "lab/packets.hpp"
#include "lab/sockets.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// The kernel's own ARP and neighbour discovery, on both ends of a tunnel between vxtapd and a kernel VTEP.

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;
using Direction = Observer::Direction;

namespace {

constexpr auto kAbsent = "02:99:00:00:00:77";  // a MAC that no host has
constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";

std::string neighbour(const std::string& ip, const std::string& mac) {
  return "{ip: \"" + ip + "\", mac: \"" + mac + "\"}";
}

std::string suppressing(const std::string& neighbours = "") {
  return "neighbour_suppression: true\n    neighbours: [" + neighbours + "]";
}

/// Whom a broadcast ARP request or a neighbour solicitation to a group asks for; empty for other frames.
std::string asked_for(const Bytes& bytes) try {
  const Tins::EthernetII frame(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
  if (!frame.dst_addr().is_multicast()) return {};
  if (const auto* arp = frame.find_pdu<Tins::ARP>())
    return arp->opcode() == Tins::ARP::REQUEST ? arp->target_ip_addr().to_string() : std::string();
  const auto* icmp = frame.find_pdu<Tins::ICMPv6>();
  if (icmp == nullptr || icmp->type() != Tins::ICMPv6::NEIGHBOUR_SOLICIT) return {};
  return icmp->target_addr().to_string();
} catch (const Tins::exception_base&) {
  return {};
}

/// Questions for that address on the underlay.
Observer::Filter asks_for(const std::string& address) {
  return [address](const Bytes& frame) {
    const auto outer = parse_outer(frame);
    return outer && asked_for(outer->inner()) == address;
  };
}

struct Site {
  explicit Site(const std::string& more)
      : daemon(wire.host(0), "workers: 1\n" + segment_config({.self = 0}, unicast_to(1), more)) {
    add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
  }

  Host& near() { return wire.host(0); }
  Host& far() { return wire.host(1); }
  std::size_t asked_on_wire(const std::string& address) {
    return underlay.count(Direction::kOut, asks_for(address));
  }
  /// The near host's stack believes that `address` is at `mac`.
  bool resolves(const std::string& address, const std::string& mac) {
    return eventually([&] {
      return near().ip("neigh show to " + address + " dev vx42").find("lladdr " + mac) != std::string::npos;
    });
  }
  std::int64_t suppressed() { return daemon.stat(42, {"suppressed"}); }

  Wire wire{2, {.tx_offload = false}};
  Vxtapd daemon;
  Observer underlay{wire.host(0), "eth0"};
};

Bytes arp(Tins::ARP::Flags opcode, const std::string& sender, const std::string& target) {
  const Tins::HWAddress<6> everyone(kBroadcast), self(overlay_mac(0));
  Tins::ARP message(Tins::IPv4Address(target), Tins::IPv4Address(sender), everyone, self);
  message.opcode(opcode);
  return (Tins::EthernetII(everyone, self) / message).serialize();
}

}  // namespace

TEST_CASE("suppression: a configured neighbour is resolved without a question on the wire") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const std::string far = overlay_address(1, family);
  Site site(suppressing(neighbour(far, overlay_mac(1))));

  CHECK(reaches(site.near(), far));
  CHECK(site.resolves(far, overlay_mac(1)));
  CHECK(site.asked_on_wire(far) == 0);
  CHECK(site.suppressed() >= 1);
}

TEST_CASE("suppression: the answer is the configuration's, not the far host's") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const std::string absent = overlay_address(76, family);
  Site site(suppressing(neighbour(absent, kAbsent)));

  const auto socket = connected_socket(site.near(), SOCK_DGRAM, Endpoint(absent, 9));
  REQUIRE(send(socket.get(), "hello", 5, 0) == 5);
  CHECK(site.resolves(absent, kAbsent));
  CHECK(site.asked_on_wire(absent) == 0);
  CHECK(site.suppressed() == 1);
}

TEST_CASE("suppression: who is not known is asked for on the wire") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const std::string more =
      GENERATE(as<std::string>(), "neighbour_suppression: true", "neighbour_suppression: false");
  const std::string far = overlay_address(1, family);
  CAPTURE(more, far);
  Site site(more);

  CHECK(reaches(site.near(), far));
  CHECK(eventually([&] { return site.asked_on_wire(far) >= 1; }));
}

TEST_CASE("suppression: what was heard from a neighbour answers the next question") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const std::string far = overlay_address(1, family);
  Site site(suppressing());
  REQUIRE(reaches(site.near(), far));
  REQUIRE(eventually([&] { return site.asked_on_wire(far) >= 1; }));
  const auto before = site.suppressed();
  const auto asked_before = site.asked_on_wire(far);

  site.near().ip("neigh flush dev vx42");
  CHECK(reaches(site.near(), far));
  CHECK(site.resolves(far, overlay_mac(1)));
  CHECK(site.asked_on_wire(far) == asked_before);
  CHECK(site.suppressed() > before);
}

TEST_CASE("suppression: gratuitous ARP and ARP probes reach the others") {
  Site site(suppressing(neighbour("10.42.0.2", kAbsent)));
  Departures departures(site.wire);
  const auto request = Tins::ARP::REQUEST, reply = Tins::ARP::REPLY;
  const Copies to_far{"192.0.2.2:4789"};

  CHECK(departures.of(arp(request, "10.42.0.2", "10.42.0.2"), 1) == to_far);
  CHECK(departures.of(arp(reply, "10.42.0.2", "10.42.0.2"), 1) == to_far);
  CHECK(departures.of(arp(request, "0.0.0.0", "10.42.0.2"), 1) == to_far);  // RFC 5227 1.1
  CHECK(site.suppressed() == 0);

  Observer tap(site.near(), "vx42");
  CHECK(departures.of(arp(request, "10.42.0.1", "10.42.0.2"), 0).empty());
  CHECK(tap.wait_for(1, Direction::kIn, [](const Bytes& frame) {
    return frame.size() > 21 && frame[12] == 0x08 && frame[13] == 0x06 && frame[21] == Tins::ARP::REPLY;
  }));
  CHECK(site.suppressed() == 1);
}

TEST_CASE("suppression: duplicate address detection goes to the wire, and is not answered") {
  Site site(suppressing(neighbour("fd42::77", kAbsent)));
  site.near().sysctl("ipv6/conf/vx42/accept_dad", "1");
  site.near().ip("addr add fd42::77/64 dev vx42");

  CHECK(site.underlay.wait_for(1, Direction::kOut, asks_for("fd42::77")));
  CHECK(eventually([&] {
    return site.near().ip("-6 addr show dev vx42 to fd42::77").find("tentative") == std::string::npos;
  }));
  CHECK_THAT(site.near().ip("-6 addr show dev vx42"), !ContainsSubstring("dadfailed"));
}

TEST_CASE("suppression: a duplicate behind the tunnel is found") {
  Site site(suppressing(neighbour("fd42::2", overlay_mac(1))));
  site.near().sysctl("ipv6/conf/vx42/accept_dad", "1");
  site.near().ip("addr add fd42::2/64 dev vx42");

  CHECK(eventually(
      [&] { return site.near().ip("-6 addr show dev vx42").find("dadfailed") != std::string::npos; }));
}
