#include "vxtap/ethernet.hpp"

#include "support/printing.hpp"
#include "support/values.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

const MacAddress kTo = mac("02:00:00:00:00:0b");
const MacAddress kFrom = mac("02:00:00:00:00:0a");

struct Golden {
  const char* what;
  Bytes after_addresses;
  std::uint16_t ether_type;
  std::size_t size;
};

const std::vector<Golden> kGolden{
    {.what = "IPv4", .after_addresses = {0x08, 0x00}, .ether_type = 0x0800, .size = 14},
    {.what = "802.1Q",
     .after_addresses = {0x81, 0x00, 0x60, 0x05, 0x86, 0xDD},
     .ether_type = 0x86DD,
     .size = 18},
    {.what = "802.1ad with 802.1Q inside",
     .after_addresses = {0x88, 0xA8, 0x00, 0x64, 0x81, 0x00, 0x00, 0x05, 0x08, 0x06},
     .ether_type = 0x0806,
     .size = 22},
    {.what = "a third tag is the payload",
     .after_addresses = {0x81, 0, 0, 1, 0x81, 0, 0, 2, 0x81, 0, 0, 3, 0x08, 0},
     .ether_type = 0x8100,
     .size = 22},
    {.what = "802.3 length field",
     .after_addresses = {0x00, 0x26, 0x42, 0x42},
     .ether_type = 0x0026,
     .size = 14},
};

Bytes frame_of(const Golden& golden) {
  Bytes frame;
  for (const MacAddress& end : {kTo, kFrom})
    for (const std::uint8_t octet : end.octets()) frame.push_back(octet);
  return frame + golden.after_addresses;
}

}  // namespace

TEST_CASE("ethernet: golden frames") {
  for (const auto& golden : kGolden) {
    INFO(golden.what);
    const auto header = EthernetHeader::parse(frame_of(golden));
    REQUIRE(header);
    CHECK(header->destination == kTo);
    CHECK(header->source == kFrom);
    CHECK(header->ether_type == golden.ether_type);
    CHECK(header->size == golden.size);
  }
}

TEST_CASE("ethernet: shorter than 14 bytes is no frame") {
  const Bytes frame = ethernet_frame(kTo, kFrom, "");
  for (std::size_t length = 0; length < 14; ++length)
    CHECK_FALSE(EthernetHeader::parse(BytesView(frame).first(length)));
  CHECK(EthernetHeader::parse(frame));
}

TEST_CASE("ethernet: a tag that is cut short stays the type") {
  const Bytes frame = frame_of(kGolden[2]);
  for (std::size_t length = 14; length < frame.size(); ++length) {
    INFO(length << " bytes");
    const auto header = EthernetHeader::parse(BytesView(frame).first(length));
    REQUIRE(header);
    CHECK(header->ether_type == (length < 18 ? 0x88A8 : 0x8100));
    CHECK(header->size == (length < 18 ? 14U : 18U));
    CHECK(header->size <= length);
  }
}
