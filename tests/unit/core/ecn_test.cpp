#include "core/ecn.hpp"

#include <optional>

#include "support/catch.hpp"
#include "support/ip_frames.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

constexpr std::uint8_t kNotEct = 0, kEct1 = 1, kEct0 = 2, kCe = 3;
constexpr std::uint8_t kDscp = 0xB8;  // expedited forwarding, which must survive

struct Cell {
  std::uint8_t inner, outer;
  std::optional<std::uint8_t> result;  // empty: drop
};

/// RFC 6040, figure 4.
const std::vector<Cell> kDecapsulation{
    {kNotEct, kNotEct, kNotEct}, {kNotEct, kEct1, kNotEct}, {kNotEct, kEct0, kNotEct}, {kNotEct, kCe, {}},
    {kEct1, kNotEct, kEct1},     {kEct1, kEct1, kEct1},     {kEct1, kEct0, kEct1},     {kEct1, kCe, kCe},
    {kEct0, kNotEct, kEct0},     {kEct0, kEct1, kEct1},     {kEct0, kEct0, kEct0},     {kEct0, kCe, kCe},
    {kCe, kNotEct, kCe},         {kCe, kEct1, kCe},         {kCe, kEct0, kCe},         {kCe, kCe, kCe},
};

/// What decapsulation makes of the frame; empty when it is to be dropped.
std::optional<Bytes> decapsulated(const Bytes& before, std::uint8_t outer_tos) {
  Bytes frame = before;
  const auto ip = InnerIp::parse(EthernetHeader::parse(frame).value(), frame);
  const bool kept = decapsulate_ecn(ip.value(), outer_tos, frame);
  if (!kept) CHECK(frame == before);
  return kept ? std::optional(frame) : std::nullopt;
}

template <typename MakeFrame>
void check_all_cells(MakeFrame&& frame_with_tos) {
  for (const auto& cell : kDecapsulation) {
    INFO("inner " << int{cell.inner} << ", outer " << int{cell.outer});
    const auto tos = [](std::uint8_t ecn) { return static_cast<std::uint8_t>(kDscp | ecn); };
    const std::uint8_t outer_tos = 0x20 | cell.outer;  // another DSCP, which must not come through
    const auto after = decapsulated(frame_with_tos(tos(cell.inner)), outer_tos);
    REQUIRE(after.has_value() == cell.result.has_value());
    if (after) CHECK(*after == frame_with_tos(tos(*cell.result)));
  }
}

}  // namespace

TEST_CASE("ecn: decapsulation of IPv4 is RFC 6040's table, and the checksum follows") {
  // libtins makes the frame with the result's ToS and its own checksum: all bytes must be the same.
  check_all_cells([](std::uint8_t tos) { return udp_v4(tos); });
}

TEST_CASE("ecn: decapsulation of IPv6 is RFC 6040's table, and the flow label stays") {
  check_all_cells([](std::uint8_t tos) { return udp_v6(tos); });
}

TEST_CASE("ecn: the IPv4 checksum is right for headers of many sums") {
  for (std::uint32_t i = 0; i < 3000; ++i) {
    const Flow flow{.source = "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256)};
    REQUIRE(decapsulated(udp_v4(kEct0, flow), kCe) == udp_v4(kCe, flow));
    REQUIRE(decapsulated(udp_v4(kEct0, flow), kEct1) == udp_v4(kEct1, flow));
  }
}

TEST_CASE("ecn: behind a VLAN tag") {
  const auto tagged = [](std::uint8_t tos) {
    Tins::IP ip("10.0.0.2", "10.0.0.1");
    ip.tos(tos);
    auto packet = ethernet_ii() / Tins::Dot1Q(7) / ip / Tins::UDP(53, 40000) / Tins::RawPDU("payload");
    return packet.serialize();
  };
  check_all_cells(tagged);
}

TEST_CASE("ecn: encapsulation copies ECT and never marks congestion by itself") {
  CHECK(encapsulated_ecn(kDscp | kNotEct) == kNotEct);
  CHECK(encapsulated_ecn(kDscp | kEct1) == kEct1);
  CHECK(encapsulated_ecn(kDscp | kEct0) == kEct0);
  CHECK(encapsulated_ecn(kDscp | kCe) == kEct0);  // the result of RFC 3168 full functionality, as Linux does
}
