#include <algorithm>
#include <set>

#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/pcap.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// What vxtapd puts on the wire, read by libtins and by tshark.

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

/// Sends frames from host 0's TAP and reads what arrives at host 1. Without transmit offload on the veth the
/// checksums are complete when they are seen.
struct Sender {
  explicit Sender(const Vtep& vtep, const std::string& underlay = "")
      : port(static_cast<std::uint16_t>(vtep.port)),
        daemon(wire.host(0), segment_config(vtep, unicast_to(1, vtep.family), "", underlay)),
        far_wire(wire.host(1), "eth0") {}

  Outer outer_of(const Bytes& inner) {
    const auto carries_it = [&](const Bytes& bytes) {
      const auto outer = parse_outer(bytes, port);
      return outer && outer->inner() == inner;
    };
    const auto seen = far_wire.count(Direction::kIn, carries_it);
    send_frame(wire.host(0), "vx42", inner);
    REQUIRE(far_wire.wait_for(seen + 1, Direction::kIn, carries_it));
    return *parse_outer(far_wire.frames(Direction::kIn, carries_it).back(), port);
  }

  Wire wire{2, {.tx_offload = false}};
  std::uint16_t port;
  Vxtapd daemon;
  Observer far_wire;
};

Bytes any_frame() {
  return test_frame(overlay_mac(0), "02:99:00:00:00:01");
}

Bytes flow_frame(std::uint16_t source_port, const Bytes& payload = Bytes(32, 0x55)) {
  return udp_frame({.source_mac = overlay_mac(0),
                    .destination_mac = "02:99:00:00:00:01",
                    .source = "10.42.0.1",
                    .destination = "10.42.0.77",
                    .source_port = source_port,
                    .payload = payload});
}

}  // namespace

TEST_CASE("wire: the outer headers, field by field") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  Sender sender({.family = family, .vni = 0xABCDEF});

  const Outer outer = sender.outer_of(any_frame());

  CHECK(outer.source == underlay_address(0, family));
  CHECK(outer.destination == underlay_address(1, family));
  CHECK(outer.ttl == 64);
  CHECK(outer.tos == 0);
  CHECK_FALSE(outer.dont_fragment);
  CHECK(outer.destination_port == 4789);
  CHECK(outer.source_port >= 49152);
  CHECK(outer.udp_checksum != 0);
  CHECK(outer.udp_checksum == outer.computed_checksum);
  CHECK(Bytes(outer.payload.begin(), outer.payload.begin() + 8) == Bytes{0x08, 0, 0, 0, 0xAB, 0xCD, 0xEF, 0});
}

TEST_CASE("wire: another port") {
  Sender sender({.port = 8472});
  CHECK(sender.outer_of(any_frame()).destination_port == 8472);
}

TEST_CASE("wire: udp_checksum false leaves the field zero") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  Sender sender({.family = family}, "udp_checksum: false");
  CHECK(sender.outer_of(any_frame()).udp_checksum == 0);
}

TEST_CASE("wire: one inner flow keeps its source port, flows spread over the range") {
  Sender sender({}, "source_port: 50000-50099");
  std::set<std::uint16_t> ports;
  for (std::uint16_t flow = 1; flow <= 40; ++flow) {
    const auto port = sender.outer_of(flow_frame(flow)).source_port;
    CHECK(port >= 50000);
    CHECK(port <= 50099);
    CHECK(sender.outer_of(flow_frame(flow, Bytes(48, 1))).source_port == port);
    ports.insert(port);
  }
  CHECK(ports.size() > 5);
}

TEST_CASE("wire: a single source port") {
  Sender sender({}, "source_port: 50123");
  for (std::uint16_t flow = 1; flow <= 5; ++flow)
    CHECK(sender.outer_of(flow_frame(flow)).source_port == 50123);
}

TEST_CASE("wire: tshark reads the same") {
  Sender sender({.vni = 4711});
  sender.outer_of(flow_frame(1234));
  const auto file = sender.wire.host(1).directory() / "wire.pcap";
  write_pcap(file, sender.far_wire.frames(Direction::kIn,
                                          [](const Bytes& b) { return parse_outer(b).has_value(); }));

  const auto result =
      sender.wire.host(1).command({"tshark", "-r", file, "-Y", "vxlan && udp.srcport == 1234", "-T", "fields",
                                   "-e", "vxlan.vni", "-e", "vxlan.flags", "-e", "_ws.malformed"},
                                  seconds(60));
  if (result.exit_code == 127) {
    WARN("tshark is not installed");
    return;
  }
  CHECK(result.out.substr(0, result.out.find('\n')) == "4711\t0x0800\t");
}
