#include "vxtapd/capture_comment.hpp"

#include <cerrno>

#include "support/catch.hpp"
#include "support/values.hpp"

using namespace vxtap;
using namespace vxtap::daemon;
using test::remote;

namespace {

template <class What>
std::string comment(What what, std::optional<DropReason> drop = {}, std::uint32_t packets = 1) {
  const Sighting sighting{
      .packets = packets, .place = {}, .vni = test::vni(42), .drop = drop, .what = std::move(what)};
  return capture_comment(sighting, "blue", "vx42");
}

SightFromTap to_remotes(std::uint32_t remotes) {
  return {.offload = {}, .flooded = {}, .remotes = remotes, .first = remote("192.0.2.2")};
}

SightFromUnderlay received(std::optional<LearnOutcome> learned = {}) {
  return {.local = test::address("192.0.2.1"),
          .source = remote("192.0.2.2", 50000),
          .learned = learned,
          .mac = test::mac("02:00:00:00:00:09"),
          .before = test::address("192.0.2.3")};
}

}  // namespace

TEST_CASE("capture comment: a frame from the TAP") {
  auto sight = to_remotes(1);
  sight.unicast = true;
  CHECK(comment(sight) == "vni 42 blue: to 192.0.2.2:4789 (FDB)");
  sight.unicast = false;
  CHECK(comment(sight) == "vni 42 blue: to 192.0.2.2:4789 (multicast group)");
  sight.flooded = FloodKind::kBroadcast;
  CHECK(comment(sight) == "vni 42 blue: flooded to 192.0.2.2:4789 (broadcast)");
  sight.remotes = 3;
  CHECK(comment(sight) == "vni 42 blue: flooded to 3 remotes (broadcast)");
  sight.flooded = FloodKind::kUnknownUnicast;
  CHECK(comment(sight) == "vni 42 blue: flooded to 3 remotes (unknown unicast)");
  CHECK(comment(sight, DropReason::kTooBig) ==
        "vni 42 blue: flooded to 3 remotes (unknown unicast); other copies dropped: too_big (encapsulated "
        "packet larger than the path MTU)");
  CHECK(comment(to_remotes(0), DropReason::kTooBig) ==
        "vni 42 blue: dropped: too_big (encapsulated packet larger than the path MTU)");
  sight.answered = true;
  CHECK(comment(sight) == "vni 42 blue: answered here");
}

TEST_CASE("capture comment: a copy to the underlay") {
  SightToUnderlay sight{.local = test::address("192.0.2.1"), .remote = remote("192.0.2.2"), .outer = {}};
  CHECK(comment(sight) == "vni 42 blue: sent to 192.0.2.2:4789");
  sight.error = ENETUNREACH;
  sight.failed = 1;
  CHECK(
      comment(sight, DropReason::kUnderlaySendFailed) ==
      "vni 42 blue: to 192.0.2.2:4789: dropped: underlay_send_failed (the kernel refused to send one copy): "
      "network is unreachable");
  sight.failed = 2;
  CHECK(
      comment(sight, DropReason::kUnderlaySendFailed, 7) ==
      "vni 42 blue: to 192.0.2.2:4789: 2 of 7 dropped: underlay_send_failed (the kernel refused to send one "
      "copy): network is unreachable");
}

TEST_CASE("capture comment: a datagram from the underlay") {
  CHECK(comment(received()) == "vni 42 blue: to be delivered to vx42");
  CHECK(comment(received(LearnOutcome::kRefreshed)) == "vni 42 blue: to be delivered to vx42");
  CHECK(comment(received(LearnOutcome::kLearned)) ==
        "vni 42 blue: to be delivered to vx42; learned 02:00:00:00:00:09 at 192.0.2.2");
  CHECK(comment(received(LearnOutcome::kMoved)) ==
        "vni 42 blue: to be delivered to vx42; 02:00:00:00:00:09 moved from 192.0.2.3 to 192.0.2.2");
  CHECK(comment(received(LearnOutcome::kHeld)) ==
        "vni 42 blue: to be delivered to vx42; 02:00:00:00:00:09 moves too often and is held at 192.0.2.3");
  CHECK(comment(received(LearnOutcome::kFull)) ==
        "vni 42 blue: to be delivered to vx42; 02:00:00:00:00:09 not learned: the FDB is full");
  auto withheld = received();
  withheld.withheld = true;
  CHECK(comment(withheld) == "vni 42 blue: withheld from the host");
  CHECK(comment(received(), DropReason::kOwnMac) ==
        "vni 42 blue: dropped: own_mac (inner source MAC is the TAP's own: two hosts have the same MAC)");
}

TEST_CASE("capture comment: a frame for the TAP, and a packet of no segment") {
  CHECK(comment(SightToTap{}) == "vni 42 blue: delivered to vx42");
  CHECK(comment(SightToTap{}, DropReason::kTapDown) ==
        "vni 42 blue: dropped: tap_down (the TAP is down or gone)");
  const Sighting nobodys{.place = {}, .vni = {}, .drop = DropReason::kVniUnknown, .what = received()};
  CHECK(capture_comment(nobodys, "", "the TAP") ==
        "dropped: vni_unknown (VNI not configured on this local address and port)");
}
