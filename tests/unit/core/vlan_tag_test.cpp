// 802.1Q tags, against libtins' Dot1Q.
#include "core/vlan_tag.hpp"

#include "support/catch.hpp"
#include "support/ip_frames.hpp"
#include "support/printing.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

Bytes with_tag(std::uint16_t vid, const std::string& text = "payload") {
  Tins::Dot1Q tag(vid);
  auto packet =
      ethernet_ii() / tag / Tins::IP("10.0.0.2", "10.0.0.1") / Tins::UDP(53, 40000) / Tins::RawPDU(text);
  return packet.serialize();
}

}  // namespace

TEST_CASE("vlan tag: the VID is read, whatever the priority says") {
  for (const int vid : {0, 1, 42, 4094}) {
    Bytes frame = with_tag(static_cast<std::uint16_t>(vid));
    REQUIRE(VlanTag::parse(frame));
    CHECK(VlanTag::parse(frame)->vid == vid);
    frame[14] |= 0xF0;
    CHECK(VlanTag::parse(frame)->vid == vid);
  }
  CHECK_FALSE(VlanTag::parse(udp_v4()));
  CHECK_FALSE(VlanTag::parse(Bytes(13)));
}

TEST_CASE("vlan tag: what stands behind tags of a priority is what counts") {
  struct Case {
    Bytes tags;
    std::uint16_t vid;
  };
  const auto c =
      GENERATE(values<Case>({{{}, 0},
                             {{0x81, 0, 0, 0}, 0},
                             {{0x81, 0, 0, 15}, 15},
                             {{0x81, 0, 0xE0, 0, 0x81, 0, 0, 15}, 15},
                             {{0x88, 0xA8, 0, 0, 0x81, 0, 0, 15}, 15},
                             {{0x81, 0, 0, 0, 0x88, 0xA8, 0, 0, 0x81, 0, 0, 0, 0x81, 0, 0, 15}, 15},
                             {{0x88, 0xA8, 0, 7, 0x81, 0, 0, 15}, 0},
                             {{0x91, 0, 0, 0, 0x81, 0, 0, 15}, 0},
                             {{0x81, 0, 0, 7, 0x81, 0, 0, 15}, 7}}));
  Bytes frame = udp_v4();
  frame.insert(frame.begin() + 12, c.tags.begin(), c.tags.end());
  CHECK(effective_vid(frame) == c.vid);
  for (std::size_t size = 0; size < 16; ++size) CHECK(effective_vid(BytesView(frame).first(size)) == 0);
}

TEST_CASE("vlan tag: a service tag is no VLAN of a trunk") {
  Bytes frame = with_tag(42);
  frame[12] = 0x88, frame[13] = 0xA8;
  CHECK_FALSE(VlanTag::parse(frame));
}

TEST_CASE("vlan tag: taking it off and putting it on are each other's inverse") {
  Bytes frame = with_tag(42);
  const Bytes plain = udp_v4(0, {}, "payload");
  const Frame off = untagged({frame, {.needs_checksum = true, .checksum_start = 38, .checksum_offset = 6}});
  CHECK(Bytes(off.bytes.begin() + 14, off.bytes.end()).size() == plain.size() - 14);
  CHECK(Bytes(off.bytes.begin(), off.bytes.begin() + 14) == Bytes(plain.begin(), plain.begin() + 14));
  CHECK(off.offload.checksum_start == 34);
  CHECK(off.offload.header_size == 0);

  const MutableBytes on = tagged(off.bytes, 42);
  CHECK(Bytes(on.begin(), on.end()) == with_tag(42));
}

TEST_CASE("vlan tag: a superframe's header shrinks with it") {
  Bytes frame = with_tag(42, std::string(3000, 'x'));
  const Frame off = untagged({frame,
                              {.needs_checksum = true,
                               .checksum_start = 38,
                               .checksum_offset = 6,
                               .gso = FrameOffload::Gso::kUdp,
                               .segment_size = 1000,
                               .header_size = 46}});
  CHECK(off.offload.header_size == 42);
  CHECK(off.packets() == 3);
}
