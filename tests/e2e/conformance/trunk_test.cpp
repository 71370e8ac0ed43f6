#include "conformance/topic.hpp"
#include "support/catch.hpp"

// Several segments on one TAP, told apart by 802.1Q tag.

using namespace vxtap::conformance;
using vxtap::lab::Bytes;

namespace {

/// Behind the MACs; VID 0 for none.
Bytes tagged(Bytes frame, std::uint8_t vid) {
  const Bytes tag{0x81, 0x00, 0x00, vid};
  if (vid != 0) frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  return frame;
}

/// The VNI in which a frame with this tag arrives, without it.
auto vni_of(std::uint8_t vid) {
  return [=](Stage& stage) -> std::string {
    const Bytes frame = stage.frame_to(kBroadcast);
    const Bytes last = stage.frame_to(kBroadcast);
    stage.send({tagged(frame, vid), last});
    stage.seen(last);
    const auto copies = stage.copies(frame, 1);
    return copies.empty() ? "dropped" : "VNI " + std::to_string(copies.front().vni());
  };
}

}  // namespace

TEST_CASE("conformance: trunk") {
  const Setup trunk{.segments = {
                        {.vni = 40, .device = "trunk0"},
                        {.vni = 42, .device = "trunk0", .vlan = 10},
                        {.vni = 43, .device = "trunk0", .vlan = 20},
                    }};
  const auto kernel = no_such_setting("a kernel device carries one VNI, a VLAN-aware bridge before it many");
  run_topic("trunk", {
                         {"a frame without a tag", trunk, vni_of(0), "VNI 40", kernel},
                         {"tag 10", trunk, vni_of(10), "VNI 42", kernel},
                         {"tag 20", trunk, vni_of(20), "VNI 43", kernel},
                         {"tag 30", trunk, vni_of(30), "dropped", kernel},
                     });
}
