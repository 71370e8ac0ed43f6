#include <array>

#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// RFC 6040, every combination of the two fields, inner IPv4 and IPv6.

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

constexpr int kDropped = -1;
/// [inner][outer] → inner afterwards; rows and columns 00, 01, 10, 11 as numbers.
constexpr std::array<std::array<int, 4>, 4> kDecapsulated{{
    {0, 0, 0, kDropped},
    {1, 1, 1, 3},
    {2, 1, 2, 3},
    {3, 3, 3, 3},
}};
constexpr std::array<std::uint8_t, 4> kEncapsulated{0, 1, 2, 2};
constexpr std::uint8_t kDscp = 0x28 << 2;

/// A datagram of the overlay between a station and host 0, which its UDP ports tell apart from others.
UdpFrame overlay_datagram(Family inner, std::uint16_t number, std::uint8_t ecn) {
  return {.source_mac = "02:99:00:00:00:01",
          .destination_mac = overlay_mac(0),
          .source = overlay_address(1, inner),
          .destination = overlay_address(0, inner),
          .source_port = 9999,
          .destination_port = number,
          .tos = static_cast<std::uint8_t>(kDscp | ecn)};
}

Observer::Filter is_datagram(std::uint16_t number) {
  return [number](const Bytes& frame) { return parse_outer(frame, number).has_value(); };
}

struct Fixture {
  Wire wire{2};
  Vxtapd daemon{wire.host(0), segment_config({.self = 0}, "mode: unicast, remote: 192.0.2.2")};
  Observer tap{wire.host(0), "vx42"};
  Observer far_wire{wire.host(1), "eth0"};
};

}  // namespace

TEST_CASE("ecn: all sixteen combinations on decapsulation") {
  const auto inner_family = GENERATE(Family::kIpv4, Family::kIpv6);
  Fixture fixture;
  std::uint16_t number = 2000;
  for (std::uint8_t inner = 0; inner < 4; ++inner) {
    for (std::uint8_t outer = 0; outer < 4; ++outer) {
      CAPTURE(inner, outer);
      const auto spec = overlay_datagram(inner_family, ++number, inner);
      const int expected = kDecapsulated.at(inner).at(outer);
      const auto drops = fixture.daemon.segment_drops(42, "ecn_invalid");
      send_underlying(fixture.wire, {.tos = outer}, vxlan(42, udp_frame(spec)));
      if (expected == kDropped) {
        CHECK(eventually([&] { return fixture.daemon.segment_drops(42, "ecn_invalid") == drops + 1; }));
        CHECK(fixture.tap.count(Direction::kIn, is_datagram(number)) == 0);
        continue;
      }
      REQUIRE(fixture.tap.wait_for(1, Direction::kIn, is_datagram(number)));
      // libtins writes the header checksum that belongs to the new field.
      auto changed = spec;
      changed.tos = static_cast<std::uint8_t>(kDscp | expected);
      CHECK(fixture.tap.frames(Direction::kIn, is_datagram(number)).front() == udp_frame(changed));
    }
  }
  CHECK(fixture.daemon.segment_drops(42, "ecn_invalid") == 1);
}

TEST_CASE("ecn: the inner field is carried outwards, DSCP is not") {
  const auto inner_family = GENERATE(Family::kIpv4, Family::kIpv6);
  Fixture fixture;
  for (std::uint8_t inner = 0; inner < 4; ++inner) {
    CAPTURE(inner);
    const auto number = static_cast<std::uint16_t>(3000 + inner);
    auto spec = overlay_datagram(inner_family, number, inner);
    std::swap(spec.source, spec.destination);
    std::swap(spec.source_mac, spec.destination_mac);
    const Bytes frame = udp_frame(spec);
    const auto carries_it = [&](const Bytes& bytes) {
      const auto outer = parse_outer(bytes);
      return outer && outer->inner() == frame;
    };

    send_frame(fixture.wire.host(0), "vx42", frame);

    REQUIRE(fixture.far_wire.wait_for(1, Direction::kIn, carries_it));
    CHECK(parse_outer(fixture.far_wire.frames(Direction::kIn, carries_it).front())->tos ==
          kEncapsulated.at(inner));
  }
}
