#include "offload/neighbour_messages.hpp"

#include "neighbour_frames.hpp"
#include "support/printing.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

constexpr Tick kNow = 1000;

/// Knows every address that the cases ask for, also those that nobody may be answered for.
struct WellInformed : NeighbourTable {
  WellInformed() : NeighbourTable(10) {
    std::vector<Binding> bindings;
    for (const char* ip :
         {"10.100.0.2", "10.100.0.1", "224.0.0.5", "0.0.0.0", "127.0.0.1", "255.255.255.255", "2001:db8::2",
          "2001:db8::1", "fe80::2", "ff02::2", "::", "::1", "2001:db8::ffff:2"})
      bindings.push_back({address(ip), mac(kTargetMac)});
    configure(bindings);
  }
};

/// The reply, or nothing. The buffers have no byte more than they need, for AddressSanitizer to see.
Bytes answer(const Bytes& frame, const NeighbourTable& table = WellInformed{}) {
  const Bytes exact(frame.begin(), frame.end());
  Bytes out(kNeighbourReplyMax, 0xEE);
  const auto size = answer_neighbour_request(exact, table, kNow, out);
  if (!size) {
    CHECK(out == Bytes(kNeighbourReplyMax, 0xEE));
    return {};
  }
  REQUIRE(*size <= out.size());
  out.resize(*size);
  return out;
}

struct Case {
  const char* what;
  Bytes frame;
};

// RFC 826: types, lengths, operation, sender, target; behind it padding to 60 bytes.
const Bytes kGoldenArp{0x02, 0x00, 0x00, 0x00, 0x01, 0x01, 0x02, 0x00, 0x00, 0x00, 0x01, 0x02, 0x08, 0x06,  //
                       0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x02,                                      //
                       0x02, 0x00, 0x00, 0x00, 0x01, 0x02, 10,   100,  0,    2,                             //
                       0x02, 0x00, 0x00, 0x00, 0x01, 0x01, 10,   100,  0,    1,                             //
                       0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,     //
                       0,    0,    0,    0};

// RFC 8200 section 3, RFC 4861 4.4 with R=0 S=1 O=1, 4.6.1.
const Bytes kGoldenAdvertisement{
    0x02, 0x00, 0x00, 0x00, 0x01, 0x01, 0x02, 0x00, 0x00, 0x00, 0x01, 0x02, 0x86, 0xDD,  //
    0x60, 0x00, 0x00, 0x00, 0x00, 0x20, 58,   255,                                       //
    0x20, 0x01, 0x0D, 0xB8, 0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0,    2,    0x20, 0x01, 0x0D, 0xB8, 0,    0,    0,    0,    0,    0,    0,    0,
    0,    0,    0,    1,    136,  0,    0x89, 0x71, 0x60, 0x00, 0x00, 0x00,  //
    0x20, 0x01, 0x0D, 0xB8, 0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0,    2,    2,    1,    0x02, 0x00, 0x00, 0x00, 0x01, 0x02};

}  // namespace

TEST_CASE("neighbour messages: golden replies") {
  CHECK(answer(ArpFrame{}.bytes()) == kGoldenArp);
  CHECK(answer(NdFrame{}.bytes()) == kGoldenAdvertisement);
}

TEST_CASE("neighbour messages: libtins reads in an ARP reply what was asked") {
  const Bytes reply = answer(ArpFrame{.sender = "10.100.7.77"}.bytes());
  const Tins::EthernetII packet(reply.data(), static_cast<std::uint32_t>(reply.size()));
  CHECK(packet.dst_addr().to_string() == kAskerMac);
  CHECK(packet.src_addr().to_string() == kTargetMac);
  const auto& arp = packet.rfind_pdu<Tins::ARP>();
  CHECK(arp.opcode() == Tins::ARP::REPLY);
  CHECK(arp.sender_hw_addr().to_string() == kTargetMac);
  CHECK(arp.sender_ip_addr() == "10.100.0.2");
  CHECK(arp.target_hw_addr().to_string() == kAskerMac);
  CHECK(arp.target_ip_addr() == "10.100.7.77");
}

TEST_CASE("neighbour messages: libtins would have written the same advertisements") {
  for (unsigned host = 1; host <= 300; ++host) {  // other sums
    NdFrame request;
    request.source = "fe80::" + std::to_string(host);
    const Bytes reply = answer(request.bytes());
    Tins::EthernetII packet(reply.data(), static_cast<std::uint32_t>(reply.size()));
    const auto& ip = packet.rfind_pdu<Tins::IPv6>();
    CHECK(ip.dst_addr() == Tins::IPv6Address(request.source));
    CHECK(ip.src_addr() == "2001:db8::2");
    CHECK(packet.rfind_pdu<Tins::ICMPv6>().target_link_layer_addr().to_string() == kTargetMac);
    REQUIRE(packet.serialize() == reply);  // with lengths and checksum of its own
  }
}

TEST_CASE("neighbour messages: a reply carries the request's tags") {
  for (const Bytes& tags : {kCustomerTag, kServiceTag, kServiceTag + kCustomerTag}) {
    Bytes arp = tagged(kGoldenArp, tags);
    arp.resize(60);
    CHECK(answer(tagged(ArpFrame{}.bytes(), tags)) == arp);
    CHECK(answer(tagged(NdFrame{}.bytes(), tags)) == tagged(kGoldenAdvertisement, tags));
  }
  const Bytes three = kServiceTag + kCustomerTag + kCustomerTag;
  CHECK(answer(tagged(ArpFrame{}.bytes(), three)).empty());
  CHECK(answer(tagged(NdFrame{}.bytes(), three)).empty());
}

TEST_CASE("neighbour messages: what may vary in a request") {
  // A target MAC is whatever it is (RFC 826), and padding none of the message.
  CHECK(answer(patched(ArpFrame{}.bytes(), kArpOffset + 18, {1, 2, 3, 4, 5, 6})) == kGoldenArp);
  CHECK(answer(ArpFrame{}.bytes() + Bytes(400, 0xAB)) == kGoldenArp);
  CHECK(answer(NdFrame{}.bytes() + Bytes(7, 0xAB)) == kGoldenAdvertisement);
  // No option, an unknown one (a nonce, RFC 3971) before the known, the reserved bits set.
  CHECK(answer(NdFrame{.source_link = ""}.bytes()) == kGoldenAdvertisement);
  const Bytes nonce{14, 1, 1, 2, 3, 4, 5, 6};
  CHECK(answer(resummed(inserted(NdFrame{}.bytes(), kIcmpOffset + 24, nonce))) == kGoldenAdvertisement);
  CHECK(answer(resummed(NdFrame{}.bytes() + nonce)) == kGoldenAdvertisement);
  CHECK(answer(resummed(patched(NdFrame{}.bytes(), kIcmpOffset + 4, {255, 255, 255, 255}))) ==
        kGoldenAdvertisement);
}

TEST_CASE("neighbour messages: ARP that is not answered") {
  const Bytes request = ArpFrame{}.bytes();
  REQUIRE_FALSE(answer(request).empty());
  const std::vector<Case> cases{
      {"unicast, a probe of the host itself", ArpFrame{.to = kTargetMac}.bytes()},
      {"multicast", ArpFrame{.to = "01:00:5e:00:00:01"}.bytes()},
      {"reply", ArpFrame{.operation = Tins::ARP::REPLY}.bytes()},
      {"reverse request", patched(request, kArpOffset + 6, {0, 3})},
      {"operation of another byte", patched(request, kArpOffset + 6, {1, 1})},
      {"probe", ArpFrame{.sender = "0.0.0.0"}.bytes()},
      {"announcement", ArpFrame{.target = "10.100.0.1"}.bytes()},
      {"hardware type 6", patched(request, kArpOffset, {0, 6})},
      {"protocol type", patched(request, kArpOffset + 2, {0x86, 0xDD})},
      {"hardware length", patched(request, kArpOffset + 4, {8})},
      {"protocol length", patched(request, kArpOffset + 5, {16})},
      {"multicast target", ArpFrame{.target = "224.0.0.5"}.bytes()},
      {"zero target", ArpFrame{.target = "0.0.0.0"}.bytes()},
      {"loopback target", ArpFrame{.target = "127.0.0.1"}.bytes()},
      {"broadcast target", ArpFrame{.target = "255.255.255.255"}.bytes()},
      {"multicast sender", ArpFrame{.sender = "239.1.1.1"}.bytes()},
      {"broadcast sender", ArpFrame{.sender = "255.255.255.255"}.bytes()},
      {"loopback sender", ArpFrame{.sender = "127.0.0.1"}.bytes()},
      {"for another MAC than the frame's source", ArpFrame{.sender_mac = kThirdMac}.bytes()},
      {"from a multicast MAC",
       ArpFrame{.from = "01:00:00:00:00:01", .sender_mac = "01:00:00:00:00:01"}.bytes()},
      {"from no MAC", ArpFrame{.from = "00:00:00:00:00:00", .sender_mac = "00:00:00:00:00:00"}.bytes()},
      {"the target is the asker's own MAC", ArpFrame{.from = kTargetMac, .sender_mac = kTargetMac}.bytes()},
      {"an address nobody knows", ArpFrame{.target = "10.100.0.3"}.bytes()},
      {"other EtherType", patched(request, 12, {0x08, 0x05})}};
  for (const auto& c : cases) {
    INFO(c.what);
    CHECK(answer(c.frame).empty());
  }
}

TEST_CASE("neighbour messages: solicitations that are not answered") {
  const Bytes request = NdFrame{}.bytes();
  REQUIRE_FALSE(answer(request).empty());
  const auto asking = [](const char* target, const char* group) {
    return NdFrame{.destination = group, .target = target}.bytes();
  };
  REQUIRE_FALSE(answer(asking("fe80::2", "ff02::1:ff00:2")).empty());
  const std::vector<Case> cases{
      {"unicast, a probe of the host itself",
       NdFrame{.to = kTargetMac, .destination = "2001:db8::2"}.bytes()},
      {"to a unicast address by multicast", NdFrame{.destination = "2001:db8::2"}.bytes()},
      {"to the group by unicast (RFC 6085)", NdFrame{.to = kTargetMac}.bytes()},
      {"to all nodes", NdFrame{.destination = "ff02::1"}.bytes()},
      {"to another's group", NdFrame{.destination = "ff02::1:ff00:3"}.bytes()},
      {"duplicate address detection", NdFrame{.source = "::", .source_link = ""}.bytes()},
      {"duplicate address detection with an option", NdFrame{.source = "::"}.bytes()},
      {"multicast source", NdFrame{.source = "ff02::5"}.bytes()},
      {"loopback source", NdFrame{.source = "::1"}.bytes()},
      {"hop limit", NdFrame{.hop_limit = 254}.bytes()},
      {"code", NdFrame{.code = 1}.bytes()},
      {"advertisement", patched(request, kIcmpOffset, {136})},
      {"multicast target", asking("ff02::2", "ff02::1:ff00:2")},
      {"unspecified target", asking("::", "ff02::1:ff00:0")},
      {"loopback target", asking("::1", "ff02::1:ff00:1")},
      {"mapped IPv4 target", asking("::ffff:10.100.0.2", "ff02::1:ff64:2")},
      {"of its own address", asking("2001:db8::1", "ff02::1:ff00:1")},
      {"for another MAC than the frame's source", NdFrame{.source_link = kThirdMac}.bytes()},
      {"option of length 0", resummed(patched(request, kIcmpOffset + 25, {0}))},
      {"option beyond the packet", resummed(patched(request, kIcmpOffset + 25, {2}))},
      {"second option beyond the packet", resummed(request + Bytes{14, 2, 0, 0, 0, 0, 0, 0})},
      {"second option of length 0", resummed(request + Bytes{14, 0, 0, 0, 0, 0, 0, 0})},
      {"an option's first byte", resummed(request + Bytes{14})},
      {"link-layer address of 14 bytes", resummed(patched(request + Bytes(8, 0), kIcmpOffset + 25, {2}))},
      {"a fragment", with_extension(request, 44, {0, 0, 0, 0, 0, 0, 1})},
      {"behind destination options", with_extension(request, 60, {0, 1, 4, 0, 0, 0, 0})},
      {"the target is the asker's own MAC", NdFrame{.from = kTargetMac, .source_link = kTargetMac}.bytes()},
      {"an address nobody knows", asking("2001:db8::4:2", "ff02::1:ff04:2")},
      {"IP version", patched(request, kIpv6Offset, {0x40})}};
  for (const auto& c : cases) {
    INFO(c.what);
    CHECK(answer(c.frame).empty());
  }
}

TEST_CASE("neighbour messages: no single wrong bit of addresses or ICMPv6 is answered") {
  const Bytes request = NdFrame{}.bytes();
  for (std::size_t bit = 8 * (kIpv6Offset + 8); bit < 8 * request.size(); ++bit) {
    Bytes wrong = request;
    wrong[bit / 8] ^= static_cast<std::uint8_t>(0x80U >> bit % 8);
    INFO("bit " << bit);
    CHECK(answer(wrong).empty());
  }
}

TEST_CASE("neighbour messages: a request cut short is not answered") {
  for (const Bytes& tags : {Bytes{}, kCustomerTag, kServiceTag + kCustomerTag}) {
    const Bytes arp = tagged(ArpFrame{}.bytes(), tags), nd = tagged(NdFrame{}.bytes(), tags);
    for (std::size_t length = 0; length <= arp.size(); ++length) {
      INFO("ARP, " << tags.size() << " bytes of tags, " << length << " bytes");
      CHECK(answer(Bytes(arp.begin(), arp.begin() + static_cast<std::ptrdiff_t>(length))).empty() ==
            (length < kArpEnd + tags.size()));
    }
    for (std::size_t length = 0; length <= nd.size(); ++length) {
      INFO("ND, " << tags.size() << " bytes of tags, " << length << " bytes");
      const Bytes cut(nd.begin(), nd.begin() + static_cast<std::ptrdiff_t>(length));
      CHECK(answer(cut).empty() == (length < nd.size()));
    }
  }
}

TEST_CASE("neighbour messages: an ICMPv6 message shorter than its type is not answered") {
  const Bytes request = NdFrame{.source_link = ""}.bytes();
  for (std::size_t length = kIcmpOffset + 4; length < request.size(); ++length) {
    INFO(length << " bytes");
    const Bytes cut(request.begin(), request.begin() + static_cast<std::ptrdiff_t>(length));
    CHECK(answer(resummed(cut)).empty());
  }
}

TEST_CASE("neighbour messages: without room for the whole reply nothing is written") {
  const WellInformed table;
  for (const Bytes& request : {ArpFrame{}.bytes(), tagged(NdFrame{}.bytes(), kServiceTag + kCustomerTag)}) {
    const std::size_t needed = answer(request).size();
    CHECK(needed <= kNeighbourReplyMax);
    for (std::size_t room = 0; room <= needed; ++room) {
      Bytes out(room, 0xEE);
      const auto size = answer_neighbour_request(request, table, kNow, out);
      INFO(room << " bytes");
      REQUIRE(size.has_value() == (room == needed));
      if (!size) CHECK(out == Bytes(room, 0xEE));
    }
  }
}

TEST_CASE("neighbour messages: an aged binding answers nobody") {
  NeighbourTable table(10);
  table.set_ageing(100);
  table.snoop({.binding = {address("10.100.0.2"), mac(kTargetMac)}}, kNow - 100);
  CHECK(answer(ArpFrame{}.bytes(), table) == kGoldenArp);
  table.set_ageing(99);
  CHECK(answer(ArpFrame{}.bytes(), table).empty());
}

TEST_CASE(
    "neighbour messages: the R flag is what the node said, and unsaid no link-local one is answered for") {
  struct Expectation {
    const char* target;
    NeighbourRole role;
    const char* flags;
  };
  const auto c = GENERATE(values<Expectation>({{"2001:db8::2", NeighbourRole::kUnknown, "60"},
                                               {"2001:db8::2", NeighbourRole::kHost, "60"},
                                               {"2001:db8::2", NeighbourRole::kRouter, "e0"},
                                               {"fe80::2", NeighbourRole::kUnknown, "none"},
                                               {"fe80::2", NeighbourRole::kHost, "60"},
                                               {"fe80::2", NeighbourRole::kRouter, "e0"}}));
  NeighbourTable table(10);
  table.snoop({.binding = {address(c.target), mac(kTargetMac)}, .role = c.role}, kNow);
  const Bytes reply = answer(NdFrame{.target = c.target}.bytes(), table);
  INFO(c.target << " role " << static_cast<int>(c.role));
  const std::string flags = reply.empty() ? "none" : reply.at(kIcmpOffset + 4) == 0x60 ? "60" : "e0";
  CHECK(flags == c.flags);
}
