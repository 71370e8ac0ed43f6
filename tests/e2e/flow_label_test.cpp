#include <algorithm>
#include <set>

#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

/// RFC 8200 section 3: the low 20 bits of the first word. Of an Ethernet frame with IPv6 in it.
std::uint32_t flow_label(const Bytes& frame) {
  return (std::uint32_t{frame.at(15)} << 16 | std::uint32_t{frame.at(16)} << 8 | frame.at(17)) & 0xFFFFF;
}

/// One vxtapd over IPv6, and the labels that it gives to what it sends.
struct Site {
  explicit Site(const std::string& label)
      : daemon(wire.host(0), segment_config({.self = 0, .family = Family::kIpv6},
                                            unicast_to(1, Family::kIpv6), "", "flow_label: " + label)) {}

  struct Seen {
    std::set<std::uint32_t> labels;
    std::set<std::uint16_t> source_ports;
  };
  /// Of `count` datagrams of one inner flow.
  Seen outer_of(std::uint16_t inner_port, std::size_t count) {
    const Bytes inner = udp_frame({.source_mac = overlay_mac(0),
                                   .destination_mac = "02:99:00:00:00:01",
                                   .source = "10.42.0.1",
                                   .destination = "10.42.0.99",
                                   .source_port = inner_port});
    const auto carries_it = [&](const Bytes& frame) {
      const auto outer = parse_outer(frame);
      return outer && outer->inner() == inner;
    };
    for (std::size_t i = 0; i < count; ++i) {
      send_frame(wire.host(0), "vx42", inner);
      REQUIRE(underlay.wait_for(i + 1, Observer::Direction::kOut, carries_it));
    }
    Seen seen;
    for (const Bytes& frame : underlay.frames(Observer::Direction::kOut, carries_it)) {
      seen.labels.insert(flow_label(frame));
      seen.source_ports.insert(parse_outer(frame)->source_port);
    }
    return seen;
  }

  Wire wire{2, {.tx_offload = false}};
  Vxtapd daemon;
  Observer underlay{wire.host(0), "eth0"};
};

}  // namespace

TEST_CASE("flow label: auto gives each outer flow one of its own, and an inner flow one of them") {
  Site site("auto");
  std::set<std::uint32_t> labels;
  std::set<std::uint16_t> source_ports;
  for (std::uint16_t port = 1000; port < 1008; ++port) {
    const auto seen = site.outer_of(port, 3);
    CHECK(seen.labels.size() == 1);
    CHECK(seen.source_ports.size() == 1);
    labels.insert(seen.labels.begin(), seen.labels.end());
    source_ports.insert(seen.source_ports.begin(), seen.source_ports.end());
  }
  REQUIRE(source_ports.size() > 1);
  CHECK(labels.size() == source_ports.size());
  CHECK_FALSE(labels.contains(0));
}

TEST_CASE("flow label: a number is on every packet") {
  const std::uint32_t number = GENERATE(0U, 1U, 0x12345U, 0xFFFFFU);
  CAPTURE(number);
  Site site(std::to_string(number));
  CHECK(site.outer_of(1000, 3).labels == std::set{number});
  CHECK(site.outer_of(1001, 3).labels == std::set{number});
}
