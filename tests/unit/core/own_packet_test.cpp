// A frame from the TAP that is our own outer packet come back.
#include "packets.hpp"
#include "support/ip_frames.hpp"
#include "vxtap/vxlan_header.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

/// What a VTEP sends for `number`: a VXLAN header and a frame.
std::string encapsulated(std::uint32_t number) {
  const std::string header{0x08,
                           0,
                           0,
                           0,
                           static_cast<char>(number >> 16),
                           static_cast<char>(number >> 8),
                           static_cast<char>(number),
                           0};
  return header + std::string(60, 'x');
}

struct Returned : Situation {
  Flow flow{"192.0.2.1", "192.0.2.2", 50000, kVxlanPort};
  std::uint32_t number = 100;

  std::optional<DropReason> drop(const Bytes& frame) {
    Bytes copy = frame;
    const auto table = SegmentTable({segment});
    return from_tap(table, fdb, 3, Frame{copy, {}}).drop;
  }
  std::optional<DropReason> drop_v4() { return drop(udp_v4(0, flow, encapsulated(number))); }
};

constexpr std::uint8_t kUdp = 17;

/// A piece of a UDP packet behind the first.
Bytes later_fragment(const Flow& flow) {
  Tins::IP ip(flow.destination, flow.source);
  ip.protocol(kUdp);
  ip.fragment_offset(181);
  auto packet = ethernet_ii() / ip / Tins::RawPDU(std::string(60, 'x'));
  Bytes frame = packet.serialize();
  frame[23] = kUdp;  // libtins writes what it thinks of a RawPDU
  return frame;
}

}  // namespace

TEST_CASE("own packet: is not encapsulated again") {
  CHECK(Returned().drop_v4() == DropReason::kOwnAddress);
}

TEST_CASE("own packet: over IPv6 as well") {
  Returned returned;
  returned.segment.local = address("2001:db8::1");
  returned.segment.flood_list = {remote("2001:db8::2")};
  const Flow flow{"2001:db8::1", "2001:db8::2", 50000, kVxlanPort};
  CHECK(returned.drop(udp_v6(0, flow, encapsulated(100))) == DropReason::kOwnAddress);
}

TEST_CASE("own packet: of another segment too, and to a remote with a port of its own") {
  Returned returned;
  Segment other = returned.segment;
  other.key.vni = vni(7);
  other.tap = 9;
  other.flood_list = {remote("192.0.2.9", 8472)};
  const SegmentTable table({returned.segment, other});
  for (const std::uint16_t port : {kVxlanPort, std::uint16_t{8472}}) {
    returned.flow.destination_port = port;
    Bytes frame = udp_v4(0, returned.flow, encapsulated(7));
    CHECK(from_tap(table, returned.fdb, 3, Frame{frame, {}}).drop == DropReason::kOwnAddress);
  }
}

TEST_CASE("own packet: a fragment on its way to the remote that it would be sent to") {
  Returned returned;
  CHECK(returned.drop(later_fragment(returned.flow)) == DropReason::kOwnAddress);
  returned.flow.destination = "192.0.2.3";
  CHECK(returned.drop(later_fragment(returned.flow)) == std::nullopt);
}

TEST_CASE("own packet: what others send, or we to others, passes") {
  Returned returned;
  SECTION("from another address") {
    returned.flow.source = "192.0.2.8";
  }
  SECTION("of a VNI that is not ours") {
    returned.number = 101;
  }
  SECTION("to another port") {
    returned.flow.destination_port = 8472;
  }
  CHECK(returned.drop_v4() == std::nullopt);
}

TEST_CASE("own packet: other traffic between the two VTEPs passes") {
  Returned returned;
  CHECK(returned.drop(udp_v4(0, returned.flow, "")) == std::nullopt);
  CHECK(returned.drop(udp_v4(0, returned.flow, std::string(100, '\0'))) == std::nullopt);
  Tins::IP ip("192.0.2.2", "192.0.2.1");
  auto tcp = ethernet_ii() / ip / Tins::TCP(kVxlanPort, 50000) / Tins::RawPDU(encapsulated(100));
  CHECK(returned.drop(tcp.serialize()) == std::nullopt);
}
