#include "vxtap/vxlan_header.hpp"

#include <bit>

#include "support/catch.hpp"
#include "support/values.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

using Wire = std::array<std::uint8_t, 8>;

struct Golden {
  const char* what;
  Wire wire;
  bool has_vni;
  std::uint32_t vni;
  std::uint64_t reserved;
};

const std::array kGolden{
    Golden{.what = "VNI 0, the smallest",
           .wire = {0x08, 0, 0, 0, 0x00, 0x00, 0x00, 0},
           .has_vni = true,
           .vni = 0,
           .reserved = 0},
    Golden{.what = "VNI 100",
           .wire = {0x08, 0, 0, 0, 0x00, 0x00, 0x64, 0},
           .has_vni = true,
           .vni = 100,
           .reserved = 0},
    Golden{.what = "every octet of the VNI different",
           .wire = {0x08, 0, 0, 0, 0x12, 0x34, 0x56, 0},
           .has_vni = true,
           .vni = 0x123456,
           .reserved = 0},
    Golden{.what = "VNI 16777215, the largest",
           .wire = {0x08, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0},
           .has_vni = true,
           .vni = 16777215,
           .reserved = 0},
};

const std::array kOnlyRead{
    Golden{.what = "I flag clear",
           .wire = {0x00, 0, 0, 0, 0x00, 0x00, 0x64, 0},
           .has_vni = false,
           .vni = 100,
           .reserved = 0},
    Golden{.what = "VXLAN-GPE: P flag and next protocol 3",
           .wire = {0x0C, 0, 0, 0x03, 0x00, 0x00, 0x64, 0},
           .has_vni = true,
           .vni = 100,
           .reserved = 0x0400'0003'0000'0000},
    Golden{.what = "group based policy: G flag and policy 0x1234",
           .wire = {0x88, 0, 0x12, 0x34, 0x00, 0x00, 0x64, 0},
           .has_vni = true,
           .vni = 100,
           .reserved = 0x8000'1234'0000'0000},
    Golden{.what = "all bits set",
           .wire = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
           .has_vni = true,
           .vni = 16777215,
           .reserved = 0xF7FF'FFFF'0000'00FF},
    Golden{.what = "all bits clear", .wire = {}, .has_vni = false, .vni = 0, .reserved = 0},
};

void check_read(const Golden& golden) {
  INFO(golden.what);
  const auto header = VxlanHeader::parse(golden.wire);
  REQUIRE(header);
  CHECK(header->has_vni() == golden.has_vni);
  CHECK(header->vni() == vni(golden.vni));
  CHECK(header->reserved() == golden.reserved);
  CHECK(header->to_bytes() == golden.wire);
}

}  // namespace

TEST_CASE("vxlan header: golden packets are written") {
  for (const auto& golden : kGolden) {
    INFO(golden.what);
    CHECK(VxlanHeader(vni(golden.vni)).to_bytes() == golden.wire);
  }
}

TEST_CASE("vxlan header: golden packets are read") {
  for (const auto& golden : kGolden) check_read(golden);
  for (const auto& golden : kOnlyRead) check_read(golden);
}

TEST_CASE("vxlan header: bit 4 is I, bits 32 to 55 the VNI, each of the other 39 reserved") {
  int reserved = 0;
  for (unsigned bit = 0; bit < 64; ++bit) {
    INFO("bit " << bit);
    Wire wire{};
    wire[bit / 8] = static_cast<std::uint8_t>(0x80 >> bit % 8);
    const auto header = VxlanHeader::parse(wire);
    REQUIRE(header);
    const bool in_vni = bit >= 32 && bit < 56;
    CHECK(header->has_vni() == (bit == 4));
    CHECK((header->vni().value() != 0) == in_vni);
    CHECK((header->reserved() != 0) == (bit != 4 && !in_vni));
    CHECK(std::popcount(header->reserved()) <= 1);
    reserved += header->reserved() != 0 ? 1 : 0;
  }
  CHECK(reserved == 39);
}

TEST_CASE("vxlan header: needs eight bytes and looks at no more") {
  const Bytes datagram = vxlan_datagram(vni(5), Bytes(20, 0xFF));
  for (std::size_t length = 0; length < 8; ++length)
    CHECK_FALSE(VxlanHeader::parse(BytesView(datagram).first(length)));
  for (const std::size_t length : {8U, 9U, 28U})
    CHECK(VxlanHeader::parse(BytesView(datagram).first(length))->vni() == vni(5));
}
