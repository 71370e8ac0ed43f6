#include <tins/tins.h>

#include <functional>

#include "lab/observer.hpp"
#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// Packets that batching or coalescing could spoil, ten of a kind back to back.

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

constexpr unsigned kBurst = 10;
constexpr auto kStation = "02:99:00:00:00:01";
constexpr auto kStationV4 = "10.42.0.77";
constexpr auto kStationV6 = "fd42::77";
constexpr std::size_t kPayload = 512;

/// Every packet of a burst has its own content.
Tins::RawPDU payload(unsigned index, std::size_t size = kPayload) {
  return Tins::RawPDU(Bytes(size, static_cast<std::uint8_t>(index + 1)));
}

Tins::UDP udp(unsigned index) {
  Tins::UDP out(2000, 1000);
  out.inner_pdu(payload(index));
  return out;
}

Tins::TCP tcp(unsigned index) {
  Tins::TCP out(2000, 1000);
  out.seq(static_cast<std::uint32_t>(1 + index * kPayload));
  out.ack_seq(1);
  out.flags(Tins::TCP::ACK);
  out.inner_pdu(payload(index));
  return out;
}

Tins::IP v4(unsigned index) {
  Tins::IP out(overlay_address(1, Family::kIpv4), kStationV4);
  out.ttl(64);
  out.id(static_cast<std::uint16_t>(1000 + index));
  return out;
}

Tins::IPv6 v6() {
  Tins::IPv6 out(overlay_address(1, Family::kIpv6), kStationV6);
  out.hop_limit(64);
  return out;
}

template <typename Network>
Bytes frame(const Network& packet) {
  return (Tins::EthernetII(Tins::HWAddress<6>(overlay_mac(1)), Tins::HWAddress<6>(kStation)) / packet)
      .serialize();
}

/// The byte at `at`, counted from the end of an IPv4 header without options, flipped.
Bytes spoilt(Bytes bytes, std::size_t at) {
  bytes.at(14 + 20 + at) ^= 0xFF;
  return bytes;
}

Bytes v4_with_options(unsigned index) {
  auto ip = v4(index);
  ip.add_option({Tins::IP::option_identifier(Tins::IP::NOOP, Tins::IP::CONTROL, 0)});
  ip.stream_identifier(0x1234);
  return frame(ip / udp(index));
}

/// Pieces of one datagram; only the first has a UDP header.
Bytes v4_fragment(unsigned index) {
  auto ip = v4(0);
  ip.protocol(17);
  ip.fragment_offset(static_cast<std::uint16_t>(index * kPayload / 8));
  if (index + 1 < kBurst) ip.flags(Tins::IP::MORE_FRAGMENTS);
  Bytes bytes(kPayload, static_cast<std::uint8_t>(index + 1));
  if (index == 0) std::copy_n(Bytes{3, 0xE8, 7, 0xD0, 0x14, 8, 0x12, 0x34}.begin(), 8, bytes.begin());
  return frame(ip / Tins::RawPDU(bytes));
}

Bytes v6_with_header(unsigned index, Tins::IPv6::ExtensionHeader kind) {
  const Bytes padding{1, 4, 0, 0, 0, 0};  // PadN
  auto ip = v6();
  ip.add_header(Tins::IPv6::ext_header(static_cast<std::uint8_t>(kind), padding.begin(), padding.end()));
  return frame(ip / udp(index));
}

Bytes udp_without_checksum(unsigned index) {
  Bytes bytes = frame(v4(index) / udp(index));
  bytes.at(14 + 20 + 6) = bytes.at(14 + 20 + 7) = 0;
  return bytes;
}

Bytes tcp_with_wrong_checksum(unsigned index) {
  return spoilt(frame(v4(index) / tcp(index)), 16);
}

Bytes udp_with_wrong_checksum(unsigned index) {
  return spoilt(frame(v4(index) / udp(index)), 6);
}

std::vector<Bytes> burst_of(const std::function<Bytes(unsigned)>& make) {
  std::vector<Bytes> frames;
  for (unsigned index = 0; index < kBurst; ++index) frames.push_back(make(index));
  return frames;
}

bool is_from_station(const Bytes& bytes) {
  static const Bytes kMac{2, 0x99, 0, 0, 0, 1};
  return bytes.size() >= 14 && std::equal(kMac.begin(), kMac.end(), bytes.begin() + 6);
}

bool carries_station(const Bytes& bytes) {
  const auto outer = parse_outer(bytes);
  return outer && is_from_station(outer->inner());
}

/// Two vxtapd, and every packet on the wire by itself.
void check_unchanged(const std::vector<Bytes>& sent) {
  Wire wire(2, {.tx_offload = false});
  Vxtapd near(wire.host(0), segment_config({.self = 0}, unicast_to(1)));
  Vxtapd far(wire.host(1), segment_config({.self = 1}, unicast_to(0)));
  const Observer on_wire(wire.host(1), "eth0");
  const Observer on_tap(wire.host(1), "vx42");

  send_frames(wire.host(0), "vx42", sent);

  REQUIRE(on_tap.wait_for(sent.size(), Direction::kIn, is_from_station));
  REQUIRE(on_wire.wait_for(sent.size(), Direction::kIn, carries_station));
  CHECK(on_tap.frames(Direction::kIn, is_from_station) == sent);
  std::vector<Bytes> inner;
  for (const auto& packet : on_wire.frames(Direction::kIn, carries_station))
    inner.push_back(parse_outer(packet)->inner());
  CHECK(inner == sent);
}

}  // namespace

TEST_CASE("odd packets: IPv4 with options") {
  check_unchanged(burst_of(v4_with_options));
}
TEST_CASE("odd packets: IPv4 fragments") {
  check_unchanged(burst_of(v4_fragment));
}
TEST_CASE("odd packets: IPv6 with hop-by-hop options") {
  check_unchanged(burst_of([](unsigned i) { return v6_with_header(i, Tins::IPv6::HOP_BY_HOP); }));
}
TEST_CASE("odd packets: IPv6 with destination options") {
  check_unchanged(burst_of([](unsigned i) { return v6_with_header(i, Tins::IPv6::DESTINATION_OPTIONS); }));
}
TEST_CASE("odd packets: UDP without a checksum") {
  check_unchanged(burst_of(udp_without_checksum));
}
TEST_CASE("odd packets: UDP with a wrong checksum") {
  check_unchanged(burst_of(udp_with_wrong_checksum));
}
TEST_CASE("odd packets: TCP with a wrong checksum") {
  check_unchanged(burst_of(tcp_with_wrong_checksum));
}
