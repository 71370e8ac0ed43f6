#include "offload/partial_checksum.hpp"

#include <random>

#include "frames.hpp"
#include "offload/checksum.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using namespace vxtap::test;
using Gso = FrameOffload::Gso;

namespace {

constexpr std::uint32_t kMtu = 1450;

void check_nothing_to_finish(BytesView frame, std::uint32_t mtu = kMtu) {
  const auto offload = recognise_partial_checksum(frame, mtu);
  CHECK_FALSE(offload.needs_checksum);
  CHECK(offload.gso == Gso::kNone);
  CHECK(offload.segment_size == 0);
}

/// An IPv6 destination options header between the IPv6 header and what followed it.
L4Frame with_extension_header(L4Frame frame) {
  const std::uint8_t l4 = frame.bytes[frame.ip_offset + 6];
  const Bytes options{l4, 0, 1, 4, 0, 0, 0, 0};
  frame.bytes.insert(frame.bytes.begin() + static_cast<std::ptrdiff_t>(frame.l4_offset), options.begin(),
                     options.end());
  frame.bytes[frame.ip_offset + 6] = 60;
  const auto length = load_be<std::uint16_t>(frame.bytes, frame.ip_offset + 4).value();
  store_be(MutableBytes(frame.bytes), frame.ip_offset + 4,
           static_cast<std::uint16_t>(length + options.size()));
  frame.l4_offset += options.size();
  return frame;
}

}  // namespace

TEST_CASE("partial checksum: the folded pseudo-header sum in the field is recognised") {
  for (const std::size_t length : {0U, 1U, 2U, 100U, 1300U})
    for (const auto& made : all_shapes(std::string(length, 'x'))) {
      INFO(made.what);
      const auto offload = recognise_partial_checksum(made.unfinished(), kMtu);
      CHECK(offload.needs_checksum);
      CHECK(offload.checksum_start == made.l4_offset);
      CHECK(offload.checksum_offset == made.checksum_offset());
      CHECK(offload.gso == Gso::kNone);
    }
}

TEST_CASE("partial checksum: what is recognised can be finished to what libtins computes") {
  for (const auto& made : all_shapes("payload")) {
    INFO(made.what);
    Bytes bytes = made.unfinished();
    Frame frame{bytes, recognise_partial_checksum(bytes, kMtu)};
    REQUIRE(frame.offload.needs_checksum);
    REQUIRE(finish_checksum(frame));
    CHECK(bytes == made.bytes);
  }
}

TEST_CASE("partial checksum: a complete checksum is left alone") {
  std::mt19937 random(1);
  for (std::size_t length = 0; length < 200; ++length)
    for (const auto& made : all_shapes(std::string(length, static_cast<char>(random())))) {
      if (made.checksum() == made.pseudo_header_sum()) continue;  // once in 65536 they cannot be told apart
      INFO(made.what);
      check_nothing_to_finish(made.bytes);
    }
}

TEST_CASE("partial checksum: a wrong checksum stays wrong") {
  for (const auto& made : all_shapes("payload")) {
    const auto partial = made.pseudo_header_sum();
    int recognised = 0;
    for (std::uint32_t value = 0; value <= 0xFFFF; ++value) {
      const Bytes bytes = made.with_checksum(static_cast<std::uint16_t>(value));
      recognised += recognise_partial_checksum(bytes, kMtu).needs_checksum ? 1 : 0;
    }
    INFO(made.what << ", pseudo header " << partial);
    CHECK(recognised == 1);
  }
}

TEST_CASE("partial checksum: UDP without a checksum has none to finish") {
  for (const bool v6 : {false, true})
    check_nothing_to_finish(make_frame({.v6 = v6, .tcp = false, .vlan = false}, "payload").with_checksum(0));
}

TEST_CASE("partial checksum: behind an IPv6 extension header") {
  for (const bool tcp : {false, true}) {
    const auto made = with_extension_header(make_frame({.v6 = true, .tcp = tcp, .vlan = false}, "payload"));
    const auto offload = recognise_partial_checksum(made.unfinished(), kMtu);
    INFO(made.what);
    CHECK(offload.needs_checksum);
    CHECK(offload.checksum_start == made.l4_offset);
    check_nothing_to_finish(made.bytes);
  }
}

TEST_CASE("partial checksum: a TCP frame larger than the MTU is a superframe of what fits the MTU") {
  struct Case {
    Shape shape;
    Gso gso;
    std::uint16_t header_size, segment_size;
  };
  const std::vector<Case> cases{{{false, true, false}, Gso::kTcpV4, 54, kMtu - 40},
                                {{false, true, true}, Gso::kTcpV4, 58, kMtu - 40},
                                {{true, true, false}, Gso::kTcpV6, 74, kMtu - 60},
                                {{true, true, true}, Gso::kTcpV6, 78, kMtu - 60}};
  for (const auto& c : cases) {
    const auto made = make_frame(c.shape, std::string(20'000, 'x'));
    Bytes bytes = made.unfinished();
    const Frame frame{bytes, recognise_partial_checksum(bytes, kMtu)};
    INFO(made.what);
    CHECK(frame.offload.needs_checksum);
    CHECK(frame.offload.gso == c.gso);
    CHECK(frame.offload.header_size == c.header_size);
    CHECK(frame.offload.segment_size == c.segment_size);
    CHECK_FALSE(frame.offload.tcp_ecn);
    CHECK(frame.packets() == (20'000U + c.segment_size - 1) / c.segment_size);
  }
}

TEST_CASE("partial checksum: the MTU itself still fits, one byte more does not") {
  for (const bool v6 : {false, true}) {
    const std::size_t fits = kMtu - (v6 ? 60 : 40);
    const auto gso_of = [&](std::size_t payload) {
      const auto made = make_frame({.v6 = v6, .tcp = true, .vlan = false}, std::string(payload, 'x'));
      return recognise_partial_checksum(made.unfinished(), kMtu).gso;
    };
    CHECK(gso_of(fits) == Gso::kNone);
    CHECK(gso_of(fits + 1) == (v6 ? Gso::kTcpV6 : Gso::kTcpV4));
  }
}

TEST_CASE("partial checksum: TCP options are part of the header that each packet repeats") {
  auto made = make_frame({.v6 = false, .tcp = true, .vlan = false}, std::string(5000, 'x'));
  made.bytes[made.l4_offset + 12] = 8 << 4;  // the first 12 bytes of payload are options now
  const auto offload = recognise_partial_checksum(made.unfinished(), kMtu);
  CHECK(offload.header_size == 14 + 20 + 32);
  CHECK(offload.segment_size == kMtu - 20 - 32);
}

TEST_CASE("partial checksum: congestion window reduced travels with the superframe") {
  auto made = make_frame({.v6 = false, .tcp = true, .vlan = false}, std::string(5000, 'x'));
  made.bytes[made.l4_offset + 13] |= 0x80;
  CHECK(recognise_partial_checksum(made.unfinished(), kMtu).tcp_ecn);
}

TEST_CASE("partial checksum: a superframe with an impossible TCP header is no superframe") {
  auto made = make_frame({.v6 = false, .tcp = true, .vlan = false}, std::string(5000, 'x'));
  made.bytes[made.l4_offset + 12] = 4 << 4;
  CHECK(recognise_partial_checksum(made.unfinished(), kMtu).gso == Gso::kNone);
  made.bytes[made.l4_offset + 12] = 5 << 4;
  for (const std::uint32_t mtu : {0U, 1U, 39U, 40U})
    CHECK(recognise_partial_checksum(made.unfinished(), mtu).gso == Gso::kNone);
}

TEST_CASE("partial checksum: UDP is never a superframe") {
  const auto made = make_frame({.v6 = false, .tcp = false, .vlan = false}, std::string(5000, 'x'));
  const auto offload = recognise_partial_checksum(made.unfinished(), kMtu);
  CHECK(offload.needs_checksum);
  CHECK(offload.gso == Gso::kNone);
}

TEST_CASE("partial checksum: a fragment has no checksum of its own") {
  auto made = make_frame({.v6 = false, .tcp = false, .vlan = false}, "payload");
  made.bytes = made.unfinished();
  for (const int flags : {0x2000, 0x0001}) {
    store_be(MutableBytes(made.bytes), 20, static_cast<std::uint16_t>(flags));
    check_nothing_to_finish(made.bytes);
  }
}

TEST_CASE("partial checksum: other protocols and EtherTypes have nothing to finish") {
  auto made = make_frame({.v6 = false, .tcp = true, .vlan = false}, "payload");
  Bytes icmp = made.unfinished();
  icmp[23] = 1;
  check_nothing_to_finish(icmp);
  Bytes arp = made.unfinished();
  arp[13] = 0x06;
  check_nothing_to_finish(arp);
}

TEST_CASE("partial checksum: padding behind the packet is no part of it") {
  const auto made = make_frame({.v6 = false, .tcp = false, .vlan = false}, "x");
  Bytes padded = made.unfinished();
  padded.resize(60);
  CHECK(recognise_partial_checksum(padded, kMtu).needs_checksum);
}

TEST_CASE("partial checksum: cut short at any length there is nothing to finish") {
  for (const auto& made : all_shapes("payload")) {
    const Bytes whole = made.unfinished();
    for (std::size_t length = 0; length < whole.size() - made.trailer; ++length) {
      INFO(made.what << " cut to " << length);
      // A copy of exactly this size, so that a sanitizer sees a step too far.
      check_nothing_to_finish(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
    }
  }
}
