// Every frame ends in exactly one outcome: random traffic, and the sums must come out.
#include <array>
#include <cerrno>
#include <numeric>
#include <random>

#include "support/printing.hpp"
#include "two_vteps.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

/// Random traffic, the same for the same seed on every machine.
class Traffic {
 public:
  explicit Traffic(std::uint32_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }

  MacAddress some_mac() {
    switch (below(8)) {
      case 0:
        return MacAddress{};
      case 1:
        return MacAddress::from_u64(0xFFFFFFFFFFFF);
      case 2:
        return MacAddress::from_u64(0x02'00'00'00'FF'00);  // the TAP's own
      default:
        return MacAddress::from_u64(0x02'00'00'00'00'00 + below(20));
    }
  }

  /// IPv4, IPv6 or something else, often cut short.
  Bytes frame() {
    Bytes bytes =
        ethernet_frame(some_mac(), some_mac(), std::string(below(80), '\0'),
                       std::array<std::uint16_t, 4>{0x0800, 0x86DD, 0x8100, kExperimental}[below(4)]);
    for (std::size_t i = 14; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(below(256));
    if (bytes.size() > 14) bytes[14] = bytes[12] == 0x86 ? 0x60 : 0x45;
    if (one_in(8)) bytes.resize(below(20));
    return bytes;
  }

  Packet packet() {
    Bytes payload = vxlan_datagram(vni(one_in(6) ? 101 : 100), frame());
    if (one_in(8)) payload[below(8)] ^= static_cast<std::uint8_t>(1U << below(8));
    if (one_in(8)) payload.resize(below(24));
    return {.source = address(std::array{kLeft, kRight, kThird, "198.51.100.1"}[below(4)]),
            .source_port = static_cast<std::uint16_t>(below(65536)),
            .destination = remote(kLeft),
            .tos = static_cast<std::uint8_t>(below(256)),
            .payload = std::move(payload)};
  }

 private:
  std::mt19937 random_;
};

std::uint64_t all_drops(const Vtep& vtep) {
  const auto totals = vtep.totals();
  auto sum = std::accumulate(totals.drops.begin(), totals.drops.end(), std::uint64_t{0});
  for (std::size_t i = 0; i < kDropReasonCount; ++i)
    sum += vtep.dropped_without_segment(static_cast<DropReason>(i));
  return sum;
}

constexpr std::uint64_t kFrames = 2000;

}  // namespace

TEST_CASE("every datagram is delivered once or dropped under one reason") {
  const auto seed = GENERATE(range(1U, 6U));
  INFO("seed " << seed);
  Traffic traffic(seed);
  Lab lab;
  Vtep& left = lab.vtep(kLeft, {.flood_to = {kRight},
                                .accept = SourcePolicy::of({}, {address(kRight), address(kThird)}),
                                .limit = 10});
  left.tap_state().mtu = 65535;
  left.pin(MacAddress::from_u64(0x02'00'00'00'00'01), remote(kThird));
  for (std::uint64_t i = 0; i < kFrames; ++i) {
    left.tap_state().up = !traffic.one_in(10);
    left.tap().answer(traffic.one_in(10) ? TapWrite::kFull : TapWrite::kWritten);
    left.underlay().arrive(traffic.packet());
    lab.settle();
  }
  CHECK(left.totals().rx_packets + all_drops(left) == kFrames);
  CHECK(left.totals().rx_packets == left.tap().delivered().size());
  CHECK(left.totals().rx_packets > kFrames / 10);
  CHECK(left.account().entries <= 10);
  CHECK(lab.network.carried().empty());
}

TEST_CASE("every frame from the TAP is sent once or dropped under one reason") {
  const auto seed = GENERATE(range(1U, 6U));
  INFO("seed " << seed);
  Traffic traffic(seed);
  Lab lab;
  Vtep& left = lab.vtep(kLeft, {.flood_to = {kRight}, .unknown_unicast = UnknownUnicast::kDrop});
  for (std::uint32_t i = 0; i < 10; ++i)
    left.pin(MacAddress::from_u64(0x02'00'00'00'00'00 + i), remote(kThird));
  for (std::uint64_t i = 0; i < kFrames; ++i) {
    lab.network.fail(remote(kThird), traffic.one_in(10) ? ENETUNREACH : 0);
    left.tap().send(traffic.frame());
    lab.settle();
  }
  CHECK(left.totals().tx_packets + all_drops(left) == kFrames);
  CHECK(left.totals().tx_packets == lab.network.carried().size());
  CHECK(left.totals().tx_packets > kFrames / 10);
}

TEST_CASE("every copy of a flooded frame is sent once or counted as failed") {
  const auto seed = GENERATE(range(1U, 6U));
  INFO("seed " << seed);
  Traffic traffic(seed);
  Lab lab;
  Vtep& left = lab.vtep(kLeft, {.flood_to = {kRight, kThird, "198.51.100.1"}});
  for (std::uint64_t i = 0; i < kFrames; ++i) {
    lab.network.fail(remote(kThird), traffic.one_in(3) ? ENETUNREACH : 0);
    left.tap().send(ethernet_frame(MacAddress::from_u64(0xFFFFFFFFFFFF), traffic.some_mac(), "flood"));
    if (traffic.one_in(4)) lab.settle();
  }
  lab.settle();
  CHECK(left.totals().flooded_copies == 3 * kFrames);
  CHECK(lab.network.carried().size() + left.dropped(DropReason::kUnderlaySendFailed) == 3 * kFrames);
  CHECK(left.totals().tx_packets == kFrames);
}
