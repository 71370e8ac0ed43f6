#include "offload/membership_parser.hpp"

#include <algorithm>
#include <array>
#include <random>

#include "support/catch.hpp"
#include "support/membership_frames.hpp"
#include "support/printing.hpp"
#include "vxtap/group_table.hpp"

using namespace vxtap;
using namespace vxtap::test;
using namespace std::chrono_literals;
using Kind = MembershipMessage::Kind;

namespace {

using Messages = std::vector<MembershipMessage>;

Messages parse(BytesView frame) {
  Messages out;
  MembershipMessages messages(frame);
  while (const auto message = messages.next()) out.push_back(*message);
  return out;
}

Messages query(const char* group, std::chrono::milliseconds time, bool from_router = true) {
  return {{.kind = Kind::kQuery, .group = address(group), .response_time = time, .from_router = from_router}};
}
MembershipMessage join(const char* group) {
  return {.kind = Kind::kJoin, .group = address(group)};
}
MembershipMessage leave(const char* group) {
  return {.kind = Kind::kLeave, .group = address(group)};
}

Bytes record(std::uint8_t type, const std::string& group, const std::vector<std::string>& sources = {},
             std::uint8_t auxiliary_words = 0) {
  Bytes bytes = Bytes{type, auxiliary_words, 0, static_cast<std::uint8_t>(sources.size())} + octets(group);
  for (const auto& source : sources) bytes = bytes + octets(source);
  return bytes + Bytes(std::size_t{auxiliary_words} * 4, 0xAA);
}

/// Of IGMPv3 (0x22) or MLDv2 (143).
Bytes report(std::uint8_t type, const std::vector<Bytes>& records) {
  Bytes bytes{type,
              0,
              0,
              0,
              0,
              0,
              static_cast<std::uint8_t>(records.size() >> 8),
              static_cast<std::uint8_t>(records.size())};
  for (const auto& one : records) bytes = bytes + one;
  return bytes;
}
Bytes report_v3(const std::vector<Bytes>& records) {
  return igmp_frame(report(0x22, records), {"10.0.0.1", "224.0.0.22"});
}
Bytes report_v2(const std::vector<Bytes>& records) {
  return mld_frame(report(143, records), {.ends = {"fe80::1", "ff02::16"}});
}

/// MLDv1 (RFC 2710 section 3), or the beginning of an MLDv2 query.
Bytes mld(std::uint8_t type, const std::string& group, std::uint16_t time = 0) {
  return Bytes{type, 0, 0, 0, static_cast<std::uint8_t>(time >> 8), static_cast<std::uint8_t>(time), 0, 0} +
         octets(group);
}

}  // namespace

TEST_CASE("membership parser: IGMP as seen on the wire, checksums included") {
  struct Case {
    Bytes message;
    IpEnds ends;
    Messages expected;
  };
  const auto c = GENERATE(values<Case>({
      {{0x11, 0x64, 0xEE, 0x9B, 0, 0, 0, 0}, {"10.0.0.1", "224.0.0.1"}, query("0.0.0.0", 10s)},
      {{0x11, 0x64, 0xEC, 0x1E, 0, 0, 0, 0, 0x02, 0x7D, 0, 0},
       {"10.0.0.1", "224.0.0.1"},
       query("0.0.0.0", 10s)},
      {{0x16, 0x00, 0xFA, 0x04, 0xEF, 0xFF, 0xFF, 0xFA},
       {"10.0.0.1", "239.255.255.250"},
       {join("239.255.255.250")}},
      {{0x17, 0x00, 0xF9, 0x04, 0xEF, 0xFF, 0xFF, 0xFA},
       {"10.0.0.1", "224.0.0.2"},
       {leave("239.255.255.250")}},
      {{0x22, 0x00, 0xEA, 0x03, 0, 0, 0, 1, 0x04, 0, 0, 0, 0xEF, 0xFF, 0xFF, 0xFA},
       {"0.0.0.0", "224.0.0.22"},
       {join("239.255.255.250")}},
      {{0x22, 0x00, 0xF9, 0x02, 0, 0, 0, 1, 0x04, 0, 0, 0, 0xE0, 0, 0, 0xFB}, {"10.0.0.1", "224.0.0.22"}, {}},
  }));
  CHECK(parse(ipv4_frame(c.message, c.ends)) == c.expected);
}

TEST_CASE("membership parser: IGMP of every version") {
  CHECK(parse(igmp_frame(Bytes{0x12, 0, 0, 0} + octets("239.1.1.1"))) == Messages{join("239.1.1.1")});
  CHECK(parse(igmp_frame(Bytes{0x11, 0, 0, 0, 0, 0, 0, 0})) == query("0.0.0.0", 10s));  // version 1
  CHECK(parse(igmp_frame(Bytes{0x11, 10, 0, 0} + octets("239.1.1.1"), {"10.0.0.1", "239.1.1.1"})) ==
        query("239.1.1.1", 1s));
  CHECK(parse(igmp_frame(Bytes{0x13, 0, 0, 0} + octets("239.1.1.1"))).empty());  // DVMRP
  CHECK(parse(igmp_frame(Bytes{0x16, 0, 0, 0} + octets("239.1.1.1") + Bytes(12, 7))).size() == 1);
}

TEST_CASE("membership parser: response times, also in their floating-point form") {
  struct Case {
    std::uint8_t code;
    std::chrono::milliseconds version2, version3;
  };
  // RFC 3376 4.1.1: (mantissa | 0x10) << (exponent + 3) tenths of a second from 128 on.
  const auto c = GENERATE(values<Case>({{1, 100ms, 100ms},
                                        {127, 12700ms, 12700ms},
                                        {0x80, 12800ms, 12800ms},
                                        {0x8F, 14300ms, 24800ms},
                                        {0xFF, 25500ms, 3174400ms}}));
  const Bytes begin{0x11, c.code, 0, 0, 0, 0, 0, 0};
  CHECK(parse(igmp_frame(begin)) == query("0.0.0.0", c.version2));
  CHECK(parse(igmp_frame(begin + Bytes{2, 125, 0, 0})) == query("0.0.0.0", c.version3));
  const Bytes v3_without{0x11, 0, 0, 0, 0, 0, 0, 0, 2, 125, 0, 0};
  CHECK(parse(igmp_frame(v3_without)) == query("0.0.0.0", 0ms));
  // RFC 3810 5.1.3: (mantissa | 0x1000) << (exponent + 3) milliseconds from 32768 on.
  CHECK(parse(mld_frame(mld(130, "::", 32767) + Bytes{2, 125, 0, 0})) == query("::", 32767ms));
  CHECK(parse(mld_frame(mld(130, "::", 32768) + Bytes{2, 125, 0, 0})) == query("::", 32768ms));
  CHECK(parse(mld_frame(mld(130, "::", 0xFFFF) + Bytes{2, 125, 0, 0})) == query("::", 8387584ms));
  CHECK(parse(mld_frame(mld(130, "::", 0xFFFF))) == query("::", 65535ms));
}

TEST_CASE("membership parser: queries that say nothing of a whole group count as general ones") {
  const Bytes v4 = Bytes{0x11, 10, 0, 0} + octets("239.1.1.1");
  const IpEnds to_group{"10.0.0.1", "239.1.1.1"};
  CHECK(parse(igmp_frame(v4 + Bytes{2, 125, 0, 0}, to_group)) == query("239.1.1.1", 1s));
  CHECK(parse(igmp_frame(v4 + Bytes{0x0A, 125, 0, 0}, to_group)) == query("0.0.0.0", 1s));
  CHECK(parse(igmp_frame(v4 + Bytes{2, 125, 0, 1, 10, 0, 0, 9}, to_group)) == query("0.0.0.0", 1s));
  CHECK(parse(igmp_frame(v4 + Bytes{2, 125, 0, 2, 10, 0, 0, 9}, to_group)).empty());  // a source short
  const Bytes v6 = mld(130, "ff05::1", 1000);
  const MldEnvelope envelope{.ends = {"fe80::1", "ff05::1"}};
  CHECK(parse(mld_frame(v6 + Bytes{2, 125, 0, 0}, envelope)) == query("ff05::1", 1s));
  CHECK(parse(mld_frame(v6 + Bytes{0x0A, 125, 0, 0}, envelope)) == query("::", 1s));
  CHECK(parse(mld_frame(v6 + Bytes{2, 125, 0, 1} + octets("2001:db8::1"), envelope)) == query("::", 1s));
  CHECK(parse(mld_frame(v6 + Bytes{2, 125, 0, 2} + octets("2001:db8::1"), envelope)).empty());
}

TEST_CASE("membership parser: who asks, and whom") {
  const Bytes general{0x11, 100, 0, 0, 0, 0, 0, 0};
  CHECK(parse(igmp_frame(general, {"0.0.0.0", "224.0.0.1"})) == query("0.0.0.0", 10s, false));
  CHECK(parse(igmp_frame(general, {"10.0.0.1", "224.0.0.2"})).empty());
  CHECK(parse(igmp_frame(general, {"10.0.0.1", "10.0.0.2"})).empty());
  CHECK(parse(igmp_frame(Bytes{0x11, 100, 0, 0, 10, 0, 0, 2}, {"10.0.0.1", "10.0.0.2"})).empty());
  CHECK(parse(mld_frame(mld(130, "::"), {.ends = {"fe80::1", "ff02::2"}})).empty());
  CHECK(parse(mld_frame(mld(130, "::"), {.ends = {"::", "ff02::1"}})).empty());
}

TEST_CASE("membership parser: each record type joins, leaves or is ignored") {
  struct Case {
    std::uint8_t type;
    bool sources;
    std::optional<Kind> expected;
  };
  const auto c = GENERATE(values<Case>({{0, false, std::nullopt},
                                        {1, false, std::nullopt},
                                        {1, true, Kind::kJoin},
                                        {2, false, Kind::kJoin},
                                        {2, true, Kind::kJoin},
                                        {3, false, Kind::kLeave},
                                        {3, true, Kind::kJoin},
                                        {4, false, Kind::kJoin},
                                        {4, true, Kind::kJoin},
                                        {5, true, Kind::kJoin},
                                        {6, true, std::nullopt},
                                        {6, false, std::nullopt},
                                        {7, false, std::nullopt},
                                        {255, true, std::nullopt}}));
  INFO("type " << int{c.type} << (c.sources ? " with sources" : ""));
  using Sources = std::vector<std::string>;
  const auto v4 =
      parse(report_v3({record(c.type, "239.1.1.1", c.sources ? Sources{"10.0.0.9"} : Sources{})}));
  const auto v6 = parse(report_v2({record(c.type, "ff05::1", c.sources ? Sources{"fd00::9"} : Sources{})}));
  REQUIRE(v4.size() == (c.expected ? 1 : 0));
  REQUIRE(v6.size() == v4.size());
  if (!c.expected) return;
  CHECK(v4[0] == MembershipMessage{.kind = *c.expected, .group = address("239.1.1.1")});
  CHECK(v6[0] == MembershipMessage{.kind = *c.expected, .group = address("ff05::1")});
}

TEST_CASE("membership parser: sources and auxiliary data are stepped over, untracked groups left out") {
  const auto frame =
      report_v3({record(4, "239.1.1.1", {"10.0.0.1", "10.0.0.2"}, 3), record(2, "224.0.0.251"),
                 record(3, "239.1.1.2", {}, 1), record(4, "10.0.0.1"), record(2, "239.1.1.3")});
  CHECK(parse(frame) == Messages{join("239.1.1.1"), leave("239.1.1.2"), join("239.1.1.3")});
  const auto v6 = report_v2({record(4, "ff05::1", {"fd00::1", "fd00::2"}, 2), record(2, "ff02::1:ff00:1"),
                             record(2, "ff01::5"), record(3, "ff0e::2")});
  CHECK(parse(v6) == Messages{join("ff05::1"), leave("ff0e::2")});
}

TEST_CASE("membership parser: as many records as an IP packet holds") {
  std::vector<Bytes> records;
  records.reserve(8001);
  for (int i = 0; i < 8000; ++i)
    records.push_back(record(4, "239.1." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1)));
  const auto heard = parse(report_v3(records));
  REQUIRE(heard.size() == records.size());
  CHECK(heard.front() == join("239.1.0.1"));
  CHECK(heard.back() == join("239.1.31.250"));
  records.push_back({4, 0, 0, 0, 239});  // cut short
  CHECK(parse(report_v3(records)).empty());
}

TEST_CASE("membership parser: MLD version 1, and no group of one link") {
  CHECK(parse(mld_frame(mld(131, "ff05::1"), {.ends = {"fe80::1", "ff05::1"}})) == Messages{join("ff05::1")});
  CHECK(parse(mld_frame(mld(132, "ff05::1"), {.ends = {"fe80::1", "ff02::2"}})) ==
        Messages{leave("ff05::1")});
  for (const auto* group : {"ff02::1:ff00:1", "ff02::fb", "ff01::1", "fd00::1", "::"})
    for (const auto type : Bytes{131, 132}) CHECK(parse(mld_frame(mld(type, group))).empty());
  for (const auto* group : {"224.0.0.1", "224.0.0.251", "10.0.0.1", "0.0.0.0"})
    for (const auto type : Bytes{0x12, 0x16, 0x17})
      CHECK(parse(igmp_frame(Bytes{type, 0, 0, 0} + octets(group))).empty());
}

TEST_CASE("membership parser: MLD needs hop limit 1, Router Alert and a link-local source") {
  const auto parses = [](std::uint8_t type, const MldEnvelope& envelope) {
    return parse(mld_frame(mld(type, type == 130 ? "::" : "ff05::1"), envelope)).size() == 1;
  };
  for (const auto type : Bytes{130, 131, 132}) {
    INFO("type " << int{type});
    CHECK(parses(type, {}));
    CHECK_FALSE(parses(type, {.hop_limit = 2}));
    CHECK_FALSE(parses(type, {.hop_limit = 255}));
    CHECK_FALSE(parses(type, {.hop_by_hop = {}}));
    CHECK_FALSE(parses(type, {.hop_by_hop = {58, 0, 1, 4, 0, 0, 0, 0}}));  // PadN alone
    CHECK_FALSE(parses(type, {.hop_by_hop = {58, 0, 5, 2, 0, 1, 1, 0}}));  // the alert of RSVP
    CHECK_FALSE(parses(type, {.hop_by_hop = {58, 0, 1, 9, 0, 0, 5, 2}}));  // past the header's end
    CHECK_FALSE(parses(type, {.hop_by_hop = {58, 0, 0, 0, 0, 0, 0, 5}}));  // an option without length
    CHECK_FALSE(parses(type, {.hop_by_hop = {58, 0, 0, 0, 0, 0, 5, 2}}));  // and without value
    CHECK(parses(type, {.hop_by_hop = {58, 0, 0, 0, 5, 2, 0, 0}}));        // behind two Pad1
    CHECK(parses(type, {.hop_by_hop = {58, 1, 1, 4, 9, 9, 9, 9, 0x3E, 0, 5, 2, 0, 0, 1, 0}}));
    CHECK_FALSE(parses(type, {.hop_by_hop = {60, 0, 5, 2, 0, 0, 1, 0, 58, 0, 1, 4, 0, 0, 0, 0}}));
    CHECK_FALSE(parses(type, {.ends = {"fd00::1", "ff02::1"}}));
    CHECK_FALSE(parses(type, {.ends = {"::1", "ff02::1"}}));
    CHECK(parses(type, {.ends = {"::", "ff02::1"}}) == (type == 131));
  }
  CHECK(parse(mld_frame(report(143, {record(4, "ff05::1")}), {.ends = {"::", "ff02::16"}})).size() == 1);
}

TEST_CASE("membership parser: MLD as libtins writes it") {
  const Tins::EthernetII ethernet("33:33:00:00:00:16", "02:00:00:00:00:0a");
  Tins::IPv6 ip("ff02::16", "fe80::1");
  ip.hop_limit(1);
  const Bytes alert{5, 2, 0, 0, 1, 0};
  ip.add_header(Tins::IPv6::ext_header(Tins::IPv6::HOP_BY_HOP, alert.begin(), alert.end()));
  SECTION("a report of version 2") {
    Tins::ICMPv6 icmp(Tins::ICMPv6::MLD2_REPORT);
    Tins::ICMPv6::multicast_address_record joined(4), left(3);
    joined.multicast_address = "ff05::101";
    joined.sources = {"fd00::1", "fd00::2"};
    left.multicast_address = "ff0e::4321";
    icmp.multicast_address_records({joined, left});
    auto frame = (ethernet / ip / icmp).serialize();
    CHECK(parse(frame) == Messages{join("ff05::101"), leave("ff0e::4321")});
  }
  SECTION("queries") {
    ip.dst_addr("ff02::1");
    Tins::ICMPv6 icmp(Tins::ICMPv6::MGM_QUERY);
    icmp.identifier(10000);  // the place of the maximum response delay
    icmp.use_mldv2(false);
    auto version1 = (ethernet / ip / icmp).serialize();
    CHECK(parse(version1) == query("::", 10s));
    icmp.use_mldv2(true);
    icmp.multicast_addr("ff05::101");
    auto version2 = (ethernet / ip / icmp).serialize();
    CHECK(parse(version2) == query("ff05::101", 10s));
  }
}

TEST_CASE("membership parser: PIM hellos") {
  const Bytes hello = with_checksum({0x20, 0, 0, 0, 0, 1, 0, 2, 0, 105});
  const Messages expected{{.kind = Kind::kHello, .group = address("0.0.0.0"), .from_router = true}};
  CHECK(parse(ipv4_frame(hello, {"10.0.0.1", "224.0.0.13"}, 103)) == expected);
  CHECK(parse(ipv4_frame(hello, {"10.0.0.1", "224.0.0.1"}, 103)).empty());
  CHECK(parse(ipv4_frame(with_checksum({0x23, 0, 0, 0}), {"10.0.0.1", "224.0.0.13"}, 103)).empty());
  CHECK(parse(ipv4_frame({0x20, 0, 0, 0}, {"10.0.0.1", "224.0.0.13"}, 103)).empty());  // wrong checksum
  const MldEnvelope to_routers{.ends = {"fe80::1", "ff02::d"}, .hop_by_hop = {}, .protocol = 103};
  const Messages expected_v6{{.kind = Kind::kHello, .group = address("::"), .from_router = true}};
  CHECK(parse(mld_frame({0x20, 0, 0, 0, 0, 1, 0, 2, 0, 105}, to_routers)) == expected_v6);
}

namespace {

/// Frames that parse to something, of each form.
std::vector<Bytes> good_frames() {
  return {igmp_frame({0x11, 100, 0, 0, 0, 0, 0, 0}),
          igmp_frame({0x11, 100, 0, 0, 0, 0, 0, 0, 2, 125, 0, 0}),
          igmp_frame(Bytes{0x16, 0, 0, 0} + octets("239.1.1.1")),
          report_v3({record(3, "239.1.1.2"), record(4, "239.1.1.1", {"10.0.0.1"}, 1)}),
          mld_frame(mld(130, "::", 10000)),
          mld_frame(mld(130, "::", 10000) + Bytes{2, 125, 0, 0}),
          mld_frame(mld(131, "ff05::1")),
          report_v2({record(3, "ff05::2"), record(4, "ff05::1", {"fd00::1"}, 1)})};
}

std::size_t l4_offset(const Bytes& frame) {
  return frame[12] == 0x08 ? 34 : 62;
}

}  // namespace

TEST_CASE("membership parser: tags and padding change nothing") {
  for (const auto& frame : good_frames()) {
    const auto expected = parse(frame);
    REQUIRE_FALSE(expected.empty());
    CHECK(parse(frame + Bytes(60, 0xEE)) == expected);
    auto tagged = frame;
    for (const Bytes& tag : {Bytes{0x81, 0, 0x20, 7}, Bytes{0x88, 0xA8, 0, 5}}) {
      tagged.insert(tagged.begin() + 12, tag.begin(), tag.end());
      CHECK(parse(tagged) == expected);
    }
  }
}

TEST_CASE("membership parser: a frame cut anywhere says nothing") {
  for (const auto& frame : good_frames())
    for (std::size_t size = 0; size < frame.size(); ++size) {
      INFO("cut to " << size << " of " << frame.size());
      const Bytes cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK(parse(cut).empty());
    }
}

TEST_CASE("membership parser: a message that is too short says nothing though its packet is whole") {
  for (const auto& frame : good_frames()) {
    const bool v6 = frame[12] == 0x86;
    const Bytes message(frame.begin() + static_cast<std::ptrdiff_t>(l4_offset(frame)), frame.end());
    for (std::size_t size = 4; size < message.size(); ++size) {
      INFO("type " << int{message[0]} << " cut to " << size << " of " << message.size());
      const Bytes cut(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size));
      // What is left of a newer query is an older one where the length is just right.
      const bool older_query = (message[0] == 0x11 && size == 8) || (message[0] == 130 && size == 24);
      CHECK(parse(v6 ? mld_frame(cut) : igmp_frame(cut)).size() == (older_query ? 1U : 0U));
    }
  }
}

TEST_CASE("membership parser: a bit flipped in what a checksum covers says nothing") {
  for (const auto& frame : good_frames()) {
    const bool v6 = frame[12] == 0x86;
    for (std::size_t i = v6 ? 22 : 14; i < frame.size(); ++i) {
      if (v6 && i >= 54 && i < 62) continue;  // the Hop-by-Hop header has none
      for (int bit = 0; bit < 8; ++bit) {
        auto flipped = frame;
        flipped[i] = static_cast<std::uint8_t>(flipped[i] ^ 1 << bit);
        INFO("byte " << i << " bit " << bit);
        REQUIRE(parse(flipped).empty());
      }
    }
  }
}

TEST_CASE("membership parser: fragments say nothing") {
  auto frame = good_frames()[2];
  Tins::EthernetII packet(frame.data(), static_cast<std::uint32_t>(frame.size()));
  packet.rfind_pdu<Tins::IP>().flags(Tins::IP::MORE_FRAGMENTS);
  CHECK(parse(packet.serialize()).empty());
}

TEST_CASE("membership parser: of random messages nothing comes but queries and tracked groups") {
  std::mt19937 random(7);
  constexpr std::array<std::uint8_t, 9> kTypes{0x11, 0x12, 0x16, 0x17, 0x22, 130, 131, 132, 143};
  std::size_t found = 0;
  for (int i = 0; i < 20000; ++i) {
    Bytes message(9 + random() % 80, 0);
    for (auto& byte : message)
      byte = random() % 2 == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(random());
    message[0] = kTypes[random() % kTypes.size()];
    if (message[0] == 0x22 || message[0] == 143) message[6] = 0;
    message[message[0] >= 130 ? 8 : 4] = message[0] >= 130 ? 0xFF : 0xEF;
    message[7] = static_cast<std::uint8_t>(random() % 4);
    const auto frame = message[0] >= 130 ? mld_frame(message) : igmp_frame(message);
    const auto messages = parse(frame);
    REQUIRE(messages.size() <= frame.size() / 8);
    for (const auto& one : messages) REQUIRE((one.kind == Kind::kQuery || is_tracked_group(one.group)));
    found += messages.size();
  }
  CHECK(found > 1000);
}
