#include <set>

#include "core/flow_key.hpp"
#include "support/catch.hpp"
#include "support/ip_frames.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

std::uint32_t hash_of(const Bytes& frame) {
  const auto ethernet = EthernetHeader::parse(frame).value();
  return flow_hash(ethernet, InnerIp::parse(ethernet, frame), frame);
}

Flow flow_v4(std::uint32_t number) {
  return {"10.0." + std::to_string(number % 7) + "." + std::to_string(number % 251), "10.1.0.1",
          static_cast<std::uint16_t>(1024 + number), 443};
}
Flow flow_v6(std::uint32_t number) {
  return {"fd00::" + std::to_string(number % 999), "fd00::1:1", static_cast<std::uint16_t>(1024 + number),
          443};
}

/// One datagram's fragments, first and later, with what travels behind the IPv6 Fragment header.
Bytes v6_fragment(std::uint8_t next, std::uint16_t offset_and_more, const Bytes& data) {
  auto frame = udp_v6();
  frame.resize(14 + 40);
  frame[14 + 6] = 44;
  const Bytes header{next,
                     0,
                     static_cast<std::uint8_t>(offset_and_more >> 8),
                     static_cast<std::uint8_t>(offset_and_more),
                     0,
                     0,
                     0,
                     1};
  store_be(MutableBytes(frame), 18, static_cast<std::uint16_t>(header.size() + data.size()));
  return frame + header + data;
}

template <typename MakeFrame>
void check_even(MakeFrame&& frame_of_flow) {
  constexpr std::uint32_t kFlows = 10'000, kBuckets = 16;
  std::array<std::uint32_t, kBuckets> low{}, high{};
  for (std::uint32_t i = 0; i < kFlows; ++i) {
    const auto hash = hash_of(frame_of_flow(i));
    ++low[hash % kBuckets];
    ++high[hash >> 28];
  }
  // 625 expected in each; five standard deviations are 121.
  for (std::uint32_t i = 0; i < kBuckets; ++i) {
    INFO("bucket " << i);
    CHECK(low[i] > 500);
    CHECK(low[i] < 750);
    CHECK(high[i] > 500);
    CHECK(high[i] < 750);
  }
}

}  // namespace

TEST_CASE("flow hash: one flow has one hash, whatever it says") {
  CHECK(hash_of(udp_v4(0, flow_v4(1), "one")) == hash_of(udp_v4(0xB8, flow_v4(1), "something else")));
  CHECK(hash_of(udp_v6(0, flow_v6(1), "one")) == hash_of(udp_v6(0xB8, flow_v6(1), "something else")));
}

TEST_CASE("flow hash: addresses, ports and protocol each make another flow") {
  const std::vector<Bytes> frames{
      udp_v4(0, {"10.0.0.1", "10.0.0.2", 1000, 2000}), udp_v4(0, {"10.0.0.3", "10.0.0.2", 1000, 2000}),
      udp_v4(0, {"10.0.0.1", "10.0.0.3", 1000, 2000}), udp_v4(0, {"10.0.0.1", "10.0.0.2", 1001, 2000}),
      udp_v4(0, {"10.0.0.1", "10.0.0.2", 1000, 2001}), udp_v6(0, {"fd00::1", "fd00::2", 1000, 2000}),
      udp_v6(0, {"fd00::1", "fd00::3", 1000, 2000}),   udp_v6(0, {"fd00::4", "fd00::2", 1000, 2000})};
  std::set<std::uint32_t> hashes;
  for (const auto& frame : frames) hashes.insert(hash_of(frame));
  auto tcp = frames[0];
  tcp[23] = 6;
  hashes.insert(hash_of(tcp));
  CHECK(hashes.size() == frames.size() + 1);
}

TEST_CASE("flow hash: the same flow behind a VLAN tag") {
  auto packet = ethernet_ii() / Tins::Dot1Q(7) / Tins::IP("10.0.0.2", "10.0.0.1") / Tins::UDP(53, 40000);
  CHECK(hash_of(packet.serialize()) == hash_of(udp_v4()));
}

TEST_CASE("flow hash: all fragments of an IPv4 datagram agree") {
  auto first = udp_v4(), middle = udp_v4(), last = udp_v4();
  store_be(MutableBytes(first), 20, std::uint16_t{0x2000});
  store_be(MutableBytes(middle), 20, std::uint16_t{0x2001});
  store_be(MutableBytes(last), 20, std::uint16_t{0x0002});
  for (std::size_t i = 34; i < middle.size(); ++i) middle[i] = last[i] = static_cast<std::uint8_t>(i * 37);
  CHECK(hash_of(first) == hash_of(middle));
  CHECK(hash_of(first) == hash_of(last));
}

TEST_CASE("flow hash: all fragments of an IPv6 datagram agree") {
  const auto first = v6_fragment(17, 0x0001, {0x9C, 0x40, 0, 53, 0, 16, 0, 0});
  const auto last = v6_fragment(17, 0x0008, {1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(hash_of(first) == hash_of(last));
}

TEST_CASE("flow hash: fragments agree although extension headers stand behind the Fragment header") {
  // The first fragment carries destination options and UDP, the later ones bare data that could be anything.
  const Bytes options{17, 0, 1, 4, 0, 0, 0, 0}, udp{0x9C, 0x40, 0, 53, 0, 24, 0, 0};
  const auto first = v6_fragment(60, 0x0001, options + udp);
  const auto second = v6_fragment(60, 0x0011, Bytes(16, 0x06));
  const auto last = v6_fragment(60, 0x0020, Bytes(16, 0xFF));
  CHECK(hash_of(first) == hash_of(second));
  CHECK(hash_of(first) == hash_of(last));
}

TEST_CASE("flow hash: what is not IP is told apart by MACs and EtherType") {
  const auto a = mac("02:00:00:00:00:0a"), b = mac("02:00:00:00:00:0b");
  CHECK(hash_of(ethernet_frame(a, b, "x")) == hash_of(ethernet_frame(a, b, "y")));
  std::set<std::uint32_t> hashes{hash_of(ethernet_frame(a, b, "")), hash_of(ethernet_frame(b, a, "")),
                                 hash_of(ethernet_frame(a, a, "")), hash_of(ethernet_frame(b, b, "")),
                                 hash_of(ethernet_frame(a, b, "", 0x0806))};
  CHECK(hashes.size() == 5);
}

TEST_CASE("flow hash: 10000 flows spread evenly over 16 buckets, by the low and by the high bits") {
  SECTION("UDP over IPv4") {
    check_even([](std::uint32_t i) { return udp_v4(0, flow_v4(i)); });
  }
  SECTION("UDP over IPv6") {
    check_even([](std::uint32_t i) { return udp_v6(0, flow_v6(i)); });
  }
  SECTION("not IP") {
    check_even([](std::uint32_t i) {
      return ethernet_frame(MacAddress::from_u64(0x020000000000 + i), mac("02:00:00:00:00:01"), "");
    });
  }
}
