// What frames teach the neighbour table.
#include "neighbour_frames.hpp"
#include "offload/neighbour_messages.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

constexpr Tick kNow = 1000;

std::string text_of(const NeighbourTable& table) {
  std::string text;
  for (const auto& row : table.list()) {
    text += (text.empty() ? "" : ", ") + row.binding.ip.to_string() + " " + row.binding.mac.to_string();
    if (row.role == NeighbourRole::kHost) text += " host";
    if (row.role == NeighbourRole::kRouter) text += " router";
  }
  return text;
}

/// What a table holds that has seen these frames and nothing else.
std::string learned(std::initializer_list<Bytes> frames) {
  NeighbourTable table(10);
  for (const auto& frame : frames) snoop_neighbours(frame, table, kNow);
  return text_of(table);
}

NdFrame router_advertisement() {
  return {.type = Tins::ICMPv6::ROUTER_ADVERT,
          .to = "33:33:00:00:00:01",
          .source = "fe80::1",
          .destination = "ff02::1"};
}
NdFrame router_solicitation() {
  return {.type = Tins::ICMPv6::ROUTER_SOLICIT, .to = "33:33:00:00:00:02", .destination = "ff02::2"};
}

const std::string kV4 = std::string("10.100.0.1 ") + kAskerMac;
const std::string kV6 = std::string("2001:db8::1 ") + kAskerMac;

struct Case {
  const char* what;
  Bytes frame;
  std::string learned;
};

const std::vector<Case>& teaching_frames() {
  static const std::vector<Case> kCases{
      {"ARP request", ArpFrame{}.bytes(), kV4},
      {"ARP reply", ArpFrame{.operation = Tins::ARP::REPLY, .to = kTargetMac}.bytes(), kV4},
      {"ARP announcement", ArpFrame{.target = "10.100.0.1"}.bytes(), kV4},
      {"ARP announcement by reply", ArpFrame{.operation = Tins::ARP::REPLY, .target = "10.100.0.1"}.bytes(),
       kV4},
      {"ARP with a tag", tagged(ArpFrame{}.bytes(), kCustomerTag), kV4},
      {"neighbour solicitation", NdFrame{}.bytes(), kV6},
      {"unicast neighbour solicitation", NdFrame{.to = kTargetMac, .destination = "2001:db8::2"}.bytes(),
       kV6},
      {"neighbour advertisement", advertisement().bytes(), kV6 + " host"},
      {"router solicitation", router_solicitation().bytes(), kV6},
      {"router advertisement", router_advertisement().bytes(),
       std::string("fe80::1 ") + kAskerMac + " router"},
      {"neighbour solicitation with two tags", tagged(NdFrame{}.bytes(), kServiceTag + kCustomerTag), kV6}};
  return kCases;
}

}  // namespace

TEST_CASE("neighbour snooping: frames that teach") {
  for (const auto& c : teaching_frames()) {
    INFO(c.what);
    CHECK(learned({c.frame}) == c.learned);
  }
}

TEST_CASE("neighbour snooping: a frame cut short teaches nothing") {
  for (const auto& c : teaching_frames()) {
    const bool arp = c.learned == kV4;
    const std::size_t tags = c.what == std::string("ARP with a tag") ? 4 : 0;
    const std::size_t needed = arp ? kArpEnd + tags : c.frame.size();
    for (std::size_t length = 0; length <= c.frame.size(); ++length) {
      INFO(c.what << ", " << length << " bytes");
      const Bytes cut(c.frame.begin(), c.frame.begin() + static_cast<std::ptrdiff_t>(length));
      CHECK(learned({cut}) == (length < needed ? "" : c.learned));
    }
  }
}

TEST_CASE("neighbour snooping: an ICMPv6 message shorter than its type teaches nothing") {
  for (const auto& c : teaching_frames()) {
    if (c.frame.at(12) != 0x86) continue;
    for (std::size_t length = kIcmpOffset + 4; length < c.frame.size(); ++length) {
      INFO(c.what << ", " << length << " bytes");
      const Bytes cut(c.frame.begin(), c.frame.begin() + static_cast<std::ptrdiff_t>(length));
      CHECK(learned({resummed(cut)}).empty());
    }
  }
}

TEST_CASE("neighbour snooping: ARP that teaches nothing") {
  const Bytes request = ArpFrame{}.bytes();
  const std::vector<std::pair<const char*, Bytes>> cases{
      {"probe", ArpFrame{.sender = "0.0.0.0"}.bytes()},
      {"multicast sender", ArpFrame{.sender = "224.0.0.1"}.bytes()},
      {"broadcast sender", ArpFrame{.sender = "255.255.255.255"}.bytes()},
      {"loopback sender", ArpFrame{.sender = "127.0.0.2"}.bytes()},
      {"another MAC than the frame's source", ArpFrame{.sender_mac = kThirdMac}.bytes()},
      {"multicast MAC", ArpFrame{.from = "03:00:00:00:00:01", .sender_mac = "03:00:00:00:00:01"}.bytes()},
      {"no MAC", ArpFrame{.from = "00:00:00:00:00:00", .sender_mac = "00:00:00:00:00:00"}.bytes()},
      {"reverse reply", patched(request, kArpOffset + 6, {0, 4})},
      {"operation 0", patched(request, kArpOffset + 6, {0, 0})},
      {"hardware type", patched(request, kArpOffset, {0, 6})},
      {"protocol type", patched(request, kArpOffset + 2, {8, 6})},
      {"hardware length", patched(request, kArpOffset + 4, {5})},
      {"protocol length", patched(request, kArpOffset + 5, {5})}};
  for (const auto& [what, frame] : cases) {
    INFO(what);
    CHECK(learned({frame}).empty());
  }
}

TEST_CASE("neighbour snooping: neighbour discovery that teaches nothing") {
  const auto changed = [](NdFrame frame, auto change) {
    change(frame);
    return frame.bytes();
  };
  const auto advertised = [&](auto change) { return changed(advertisement(), change); };
  const Bytes good = advertisement().bytes();
  const std::vector<std::pair<const char*, Bytes>> cases{
      {"duplicate address detection", NdFrame{.source = "::", .source_link = ""}.bytes()},
      {"solicitation from ::", NdFrame{.source = "::"}.bytes()},
      {"solicitation without option", NdFrame{.source_link = ""}.bytes()},
      {"solicitation with the target's option", NdFrame{.source_link = "", .target_link = kAskerMac}.bytes()},
      {"solicitation of a multicast target", NdFrame{.target = "ff02::2"}.bytes()},
      {"router solicitation from ::", changed(router_solicitation(), [](auto& f) { f.source = "::"; })},
      {"router advertisement of a global address",
       changed(router_advertisement(), [](auto& f) { f.source = "2001:db8::1"; })},
      {"router advertisement without option",
       changed(router_advertisement(), [](auto& f) { f.source_link = ""; })},
      {"redirect", resummed(patched(good, kIcmpOffset, {137}))},
      {"echo request", resummed(patched(good, kIcmpOffset, {128}))},
      {"advertisement without option", advertised([](auto& f) { f.target_link = ""; })},
      {"advertisement with the source's option", advertised([](auto& f) {
         f.target_link = "";
         f.source_link = kAskerMac;
       })},
      {"solicited, but to all nodes", advertised([](auto& f) { f.solicited = true; })},
      {"multicast target", advertised([](auto& f) { f.target = "ff02::1"; })},
      {"unspecified target", advertised([](auto& f) { f.target = "::"; })},
      {"mapped IPv4 target", advertised([](auto& f) { f.target = "::ffff:10.100.0.1"; })},
      {"from ::", advertised([](auto& f) { f.source = "::"; })},
      {"from a multicast address", advertised([](auto& f) { f.source = "ff02::1"; })},
      {"another MAC than the frame's source", advertised([](auto& f) { f.target_link = kThirdMac; })},
      {"multicast MAC", advertised([](auto& f) { f.from = f.target_link = "03:00:00:00:00:01"; })},
      {"no MAC", advertised([](auto& f) { f.from = f.target_link = "00:00:00:00:00:00"; })},
      {"hop limit", advertised([](auto& f) { f.hop_limit = 254; })},
      {"code", advertised([](auto& f) { f.code = 1; })},
      {"checksum", patched(good, kIcmpOffset + 2, {good.at(kIcmpOffset + 2) ^ 1})},
      {"option of length 0", resummed(patched(good, kIcmpOffset + 25, {0}))},
      {"option beyond the packet", resummed(patched(good, kIcmpOffset + 25, {2}))},
      {"fragment", with_extension(good, 44, {0, 0, 0, 0, 0, 0, 1})}};
  for (const auto& [what, frame] : cases) {
    INFO(what);
    CHECK(learned({frame}).empty());
  }
}

TEST_CASE("neighbour snooping: an advertisement overrides only when it says so") {
  auto other = advertisement();
  other.from = other.target_link = kThirdMac;
  other.router = true;
  const std::string moved = std::string("2001:db8::1 ") + kThirdMac + " router";
  CHECK(learned({advertisement().bytes(), other.bytes()}) == moved);
  other.overrides = false;
  CHECK(learned({advertisement().bytes(), other.bytes()}) == kV6 + " host");
  CHECK(learned({other.bytes()}) == moved);
}

TEST_CASE("neighbour snooping: who forwards is what was last said of it") {
  auto advertised = advertisement();
  advertised.router = true;
  CHECK(learned({advertised.bytes()}) == kV6 + " router");
  CHECK(learned({advertised.bytes(), NdFrame{}.bytes()}) == kV6 + " router");
  CHECK(learned({advertised.bytes(), advertisement().bytes()}) == kV6 + " host");
}

TEST_CASE("neighbour snooping: a solicited answer on its way to the local host teaches") {
  auto answer = advertisement();
  answer.to = kTargetMac;
  answer.destination = "2001:db8::2";
  answer.solicited = true;
  CHECK(learned({answer.bytes()}) == kV6 + " host");
}

TEST_CASE("neighbour snooping: what the local host says of its own addresses ends what was heard elsewhere") {
  NeighbourTable table(10);
  const auto elsewhere = [&](const char* ip) {
    table.snoop({.binding = {address(ip), mac(kThirdMac)}}, kNow);
  };
  const Bytes frame = GENERATE(ArpFrame{.target = "10.100.0.1"}.bytes(), ArpFrame{}.bytes(),
                               NdFrame{}.bytes(), advertisement().bytes());
  elsewhere("10.100.0.1");
  elsewhere("2001:db8::1");
  elsewhere("10.100.0.2");
  elsewhere("2001:db8::2");
  withdraw_neighbours(frame, table);
  const bool arp = frame.at(12) == 0x08;
  CHECK(table.list().size() == 3);
  CHECK_FALSE(table.find(address(arp ? "10.100.0.1" : "2001:db8::1"), kNow));

  const auto before = text_of(table);
  withdraw_neighbours(ArpFrame{.sender = "0.0.0.0"}.bytes(), table);               // a probe
  withdraw_neighbours(NdFrame{.source = "::", .source_link = ""}.bytes(), table);  // as much for IPv6
  withdraw_neighbours(ArpFrame{.from = kThirdMac, .sender_mac = kThirdMac}.bytes(), table);  // the same MAC
  withdraw_neighbours(Bytes(60, 0), table);
  CHECK(text_of(table) == before);
}
