#include "core/membership_message.hpp"

#include "support/catch.hpp"
#include "support/membership_frames.hpp"
#include "support/printing.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

bool is_membership(const Bytes& frame) {
  return is_membership_message(frame, EthernetHeader::parse(frame).value());
}

Bytes tagged(Bytes frame) {
  const Bytes tag{0x81, 0, 0, 42};
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  return frame;
}

}  // namespace

TEST_CASE("membership message: IGMP of every type is one, also of unknown types and without a message") {
  for (const Bytes& message :
       {Bytes{0x11, 100, 0, 0, 0, 0, 0, 0}, Bytes{0x22, 0, 0, 0}, Bytes{0xFF, 0, 0, 0}}) {
    CHECK(is_membership(igmp_frame(message)));
    CHECK(is_membership(tagged(igmp_frame(message))));
  }
  CHECK(is_membership(ipv4_frame({}, {"10.0.0.1", "224.0.0.1"})));
}

TEST_CASE("membership message: of ICMPv6 the four types of MLD are one") {
  for (int type = 0; type < 256; ++type) {
    INFO("type " << type);
    const bool mld = type == 130 || type == 131 || type == 132 || type == 143;
    CHECK(is_membership(mld_frame({static_cast<std::uint8_t>(type), 0, 0, 0})) == mld);
    CHECK(is_membership(mld_frame({static_cast<std::uint8_t>(type), 0, 0, 0}, {.hop_by_hop = {}})) == mld);
  }
}

TEST_CASE("membership message: PIM is one over both families") {
  CHECK(is_membership(ipv4_frame({0x20, 0, 0, 0}, {"10.0.0.1", "224.0.0.13"}, 103)));
  CHECK(is_membership(ipv6_frame({0x20, 0, 0, 0}, {.hop_by_hop = {}, .protocol = 103})));
}

TEST_CASE("membership message: other protocols and cut frames are none") {
  CHECK_FALSE(is_membership(ipv4_frame({0x11, 0, 0, 0}, {"10.0.0.1", "224.0.0.1"}, 17)));
  CHECK_FALSE(is_membership(ethernet_frame(mac("01:00:5e:00:00:01"), mac("02:00:00:00:00:0a"), "\x46")));
  const auto whole = mld_frame({130, 0, 0, 0});
  for (std::size_t size = 14; size < whole.size(); ++size) {
    INFO("cut to " << size);
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(is_membership(cut) == (size > 14 + 40 + 8));
  }
}
