#include "core/inner_ip.hpp"

#include "support/catch.hpp"
#include "support/ip_frames.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

std::optional<InnerIp> parse(BytesView frame) {
  const auto ethernet = EthernetHeader::parse(frame);
  return ethernet ? InnerIp::parse(*ethernet, frame) : std::nullopt;
}

const Bytes kEthernetV6 = ethernet_frame(mac("02:00:00:00:00:0b"), mac("02:00:00:00:00:0a"), "", 0x86DD);

/// An IPv6 packet whose fixed header is followed by `behind`, the first of which is of type `next`.
Bytes v6_with(std::uint8_t next, const Bytes& behind) {
  Bytes header(40, 0);
  header[0] = 0x6B;  // traffic class 0xB5
  header[1] = 0x50;
  header[5] = static_cast<std::uint8_t>(behind.size());
  header[6] = next;
  return kEthernetV6 + header + behind;
}

const Bytes kUdp{0x9C, 0x40, 0, 53, 0, 8, 0, 0};

Bytes extension(std::uint8_t next, std::uint8_t units = 0) {
  Bytes header(8 * (std::size_t{units} + 1), 0);
  header[0] = next;
  header[1] = units;
  return header;
}

Bytes fragment_header(std::uint8_t next, std::uint16_t offset_and_more) {
  return {next,
          0,
          static_cast<std::uint8_t>(offset_and_more >> 8),
          static_cast<std::uint8_t>(offset_and_more),
          0,
          0,
          0,
          1};
}

}  // namespace

TEST_CASE("inner ip: IPv4") {
  const auto ip = parse(udp_v4(0xB5));
  REQUIRE(ip);
  CHECK_FALSE(ip->v6);
  CHECK(ip->offset == 14);
  CHECK(ip->l4_offset == 34);
  CHECK(ip->protocol == 17);
  CHECK_FALSE(ip->fragment);
  CHECK(ip->traffic_class == 0xB5);
  CHECK(ip->address_offset() == 26);
  CHECK(ip->address_size() == 4);
}

TEST_CASE("inner ip: IPv4 options are stepped over") {
  for (std::uint8_t words = 5; words <= 15; ++words) {
    auto frame = udp_v4();
    frame[14] = static_cast<std::uint8_t>(0x40 | words);
    const Bytes no_operations((std::size_t{words} - 5) * 4, 1);
    frame.insert(frame.begin() + 34, no_operations.begin(), no_operations.end());
    const auto ip = parse(frame);
    INFO(int{words} << " words");
    REQUIRE(ip);
    CHECK(ip->l4_offset == 14 + words * 4U);
    CHECK(load_be<std::uint16_t>(frame, ip->l4_offset).value() == 40000);
  }
}

TEST_CASE("inner ip: an IPv4 fragment is one, the first included; DF is none") {
  struct Case {
    std::uint16_t flags;
    bool fragment;
  };
  const auto c = GENERATE(values<Case>(
      {{0x0000, false}, {0x4000, false}, {0x2000, true}, {0x2001, true}, {0x0001, true}, {0x1FFF, true}}));
  auto frame = udp_v4();
  store_be(MutableBytes(frame), 20, c.flags);
  CHECK(parse(frame)->fragment == c.fragment);
}

TEST_CASE("inner ip: an IPv4 header with an impossible version or length is none") {
  for (const int first : {0x00, 0x35, 0x44, 0x40, 0x55, 0x65}) {
    auto frame = udp_v4();
    frame[14] = static_cast<std::uint8_t>(first);
    INFO("first byte " << first);
    CHECK_FALSE(parse(frame));
  }
  auto frame = udp_v4();  // 35 bytes behind Ethernet
  frame[14] = 0x4F;       // header of 60
  CHECK_FALSE(parse(frame));
}

TEST_CASE("inner ip: IPv6") {
  const auto ip = parse(udp_v6(0xB5));
  REQUIRE(ip);
  CHECK(ip->v6);
  CHECK(ip->offset == 14);
  CHECK(ip->l4_offset == 54);
  CHECK(ip->protocol == 17);
  CHECK_FALSE(ip->fragment);
  CHECK(ip->traffic_class == 0xB5);
  CHECK(ip->address_offset() == 22);
  CHECK(ip->address_size() == 16);
}

TEST_CASE("inner ip: IPv6 extension headers are stepped over") {
  const auto frame = v6_with(0, extension(43) + extension(60, 2) + extension(17) + kUdp);
  const auto ip = parse(frame);
  REQUIRE(ip);
  CHECK(ip->protocol == 17);
  CHECK(ip->l4_offset == frame.size() - kUdp.size());
  CHECK(ip->traffic_class == 0xB5);
  CHECK_FALSE(ip->fragment);
}

TEST_CASE("inner ip: an IPv6 fragment is one, the first included") {
  for (const int offset : {0x0001, 0x0008, 0x0009, 0x0000}) {
    INFO("offset and flag " << offset);
    const auto ip = parse(v6_with(44, fragment_header(17, static_cast<std::uint16_t>(offset)) + kUdp));
    REQUIRE(ip);
    CHECK(ip->fragment);
    CHECK(ip->protocol == 17);
    CHECK(ip->l4_offset == 14 + 40 + 8);
  }
}

TEST_CASE("inner ip: behind a later fragment's header stands data, not a header") {
  // RFC 8200 4.5: the extension headers behind the Fragment header travel in the first fragment only.
  const Bytes data(16, 0xFF);  // as an extension header it would claim 2048 bytes
  const auto ip = parse(v6_with(44, fragment_header(60, 0x0100) + data));
  REQUIRE(ip);
  CHECK(ip->fragment);
  CHECK(ip->traffic_class == 0xB5);
  CHECK(ip->l4_offset == 14 + 40 + 8);
}

TEST_CASE("inner ip: at most eight extension headers") {
  const auto chain = [](int headers) {
    Bytes bytes;
    for (int i = 0; i < headers; ++i) bytes = bytes + extension(i + 1 < headers ? 60 : 17);
    return v6_with(60, bytes + kUdp);
  };
  CHECK(parse(chain(8))->protocol == 17);
  CHECK(parse(chain(9))->protocol == 60);
}

TEST_CASE("inner ip: an extension header that reaches past the frame is none") {
  auto frame = v6_with(0, extension(17));
  frame[14 + 40 + 1] = 1;  // 16 bytes, of which 8 are there
  CHECK_FALSE(parse(frame));
}

TEST_CASE("inner ip: cut short inside a header at any length it is none; behind them it is the same") {
  struct Case {
    const char* what;
    Bytes frame;
    std::size_t headers;
  };
  const std::vector<Case> cases{
      {"IPv4", udp_v4(), 34},
      {"IPv6", udp_v6(), 54},
      {"IPv6 with extensions", v6_with(0, extension(44) + fragment_header(17, 1) + kUdp), 70}};
  for (const auto& c : cases)
    for (std::size_t length = 0; length <= c.frame.size(); ++length) {
      INFO(c.what << ", " << length << " bytes");
      const auto ip = parse(BytesView(c.frame).first(length));
      REQUIRE(ip.has_value() == (length >= c.headers));
      if (ip) CHECK(ip->l4_offset == c.headers);
    }
}

TEST_CASE("inner ip: other EtherTypes carry none") {
  auto frame = udp_v4();
  for (const int type : {0x0806, 0x0801, 0x88B5, 0x86DC, 0x0000}) {
    store_be(MutableBytes(frame), 12, static_cast<std::uint16_t>(type));
    CHECK_FALSE(parse(frame));
  }
}

TEST_CASE("inner ip: behind 802.1Q tags") {
  auto packet = ethernet_ii() / Tins::Dot1Q(7) / Tins::IP("10.0.0.2", "10.0.0.1") / Tins::UDP(53, 40000);
  const auto ip = parse(packet.serialize());
  REQUIRE(ip);
  CHECK(ip->offset == 18);
  CHECK(ip->l4_offset == 38);
}

TEST_CASE("inner ip: addresses are read from packets within their bounds") {
  const Bytes bytes{239, 1, 2, 3, 0xFF, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 3};
  CHECK(load_address(bytes, 0, false) == address("239.1.2.3"));
  CHECK(load_address(bytes, 4, true) == address("ff05::1:3"));
  CHECK_FALSE(load_address(bytes, 5, true));
  CHECK_FALSE(load_address(bytes, 17, false));
  CHECK_FALSE(load_address(bytes, 21, false));
}
