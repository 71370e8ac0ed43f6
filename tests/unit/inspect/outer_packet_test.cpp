// Outer headers against libtins, which fills in lengths and checksums by itself.
#include "inspect/outer_packet.hpp"

#include "support/catch.hpp"
#include "support/ip_frames.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

/// As the wire has it.
Bytes with_inner(const inspect::OuterPacket& packet, const Bytes& inner) {
  return packet.bytes + inner;
}

template <typename Ip>
Bytes oracle(Ip ip, const Bytes& inner) {
  const Bytes payload = vxlan_datagram(vni(42), inner);
  return (ip / Tins::UDP(4789, 50123) / Tins::RawPDU(payload)).serialize();
}

/// The fields follow one another and leave nothing out.
void check_fields(const inspect::OuterPacket& packet) {
  std::size_t at = 0;
  for (const auto& field : packet.fields) {
    CHECK(field.offset == at);
    CHECK(field.value != "");
    at += field.size;
  }
  CHECK(at == packet.bytes.size());
}

}  // namespace

TEST_CASE("outer packet: IPv4") {
  const Bytes inner = udp_v4();
  const bool whole = GENERATE(false, true);
  const auto packet =
      inspect::outer_packet({.local = address("192.0.2.1"),
                             .remote = remote("192.0.2.2"),
                             .outer = {.vni = vni(42), .tos = 0xB9, .ttl = 0, .dont_fragment = whole},
                             .sending = {50123, true, std::nullopt}},
                            inner);
  Tins::IP ip("192.0.2.2", "192.0.2.1");
  ip.tos(0xB9);
  ip.ttl(64);
  ip.id(0);
  if (whole) ip.flags(Tins::IP::DONT_FRAGMENT);
  CHECK(with_inner(packet, inner) == oracle(ip, inner));
  check_fields(packet);
}

TEST_CASE("outer packet: IPv6 with a flow label, to a group") {
  const Bytes inner = udp_v6(0, {"fd00::1", "fd00::2"}, "odd");
  const auto packet = inspect::outer_packet({.local = address("2001:db8::1"),
                                             .remote = remote("ff0e::1"),
                                             .outer = {.vni = vni(42), .tos = 0x2E},
                                             .sending = {50123, true, 0x12345}},
                                            inner);
  Tins::IPv6 ip("ff0e::1", "2001:db8::1");
  ip.traffic_class(0x2E);
  ip.flow_label(0x12345);
  ip.hop_limit(1);
  CHECK(with_inner(packet, inner) == oracle(ip, inner));
  check_fields(packet);
}

TEST_CASE("outer packet: no UDP checksum, a TTL of its own") {
  const auto packet = inspect::outer_packet({.local = address("192.0.2.1"),
                                             .remote = remote("239.1.1.1"),
                                             .outer = {.vni = vni(42), .ttl = 9},
                                             .sending = {50123, false, std::nullopt}},
                                            udp_v4());
  CHECK(packet.bytes.at(8) == 9);
  CHECK(load_be<std::uint16_t>(packet.bytes, 26) == 0);
}
