// From a TAP: each reason has its step, its place and its mend.
#include <algorithm>
#include <cerrno>

#include "support/catch.hpp"
#include "support/ip_frames.hpp"
#include "support/printing.hpp"
#include "unit/inspect/rig.hpp"

using namespace vxtap;
using namespace vxtap::test;
using Catch::Matchers::ContainsSubstring;
using inspect::Outcome;
using inspect::StepResult;

namespace {

const auto kLocal = "192.0.2.1";
const auto kHost = mac("02:00:00:00:00:0a"), kOther = mac("02:00:00:00:00:0b");
const auto kAll = mac("ff:ff:ff:ff:ff:ff");

Bytes with_destination(const MacAddress& mac, Bytes frame) {
  const auto octets = mac.octets();
  std::ranges::copy(octets, frame.begin());
  return frame;
}

struct Site : Rig {
  Segment segment;

  Site() {
    add_tap(0);
    add_local(0, address(kLocal));
    segment = make_segment({0, vni(42)}, 0);
    segment.flood_list = {remote("192.0.2.2"), remote("192.0.2.3")};
  }

  inspect::Explanation explain(const Bytes& frame) {
    publish({segment});
    return explain_tap(0, frame);
  }
  inspect::Explanation explain_to(const MacAddress& destination) {
    return explain(ethernet_frame(destination, kHost, "what it says"));
  }
};

void check_dropped(const inspect::Explanation& told, DropReason reason, std::string_view step,
                   const std::string& mend) {
  CAPTURE(told.steps.back().why);
  CHECK(told.outcome == Outcome::kDropped);
  CHECK(told.reason == reason);
  CHECK(told.steps.back().name == step);
  CHECK(told.steps.back().result == StepResult::kDrop);
  std::string all;
  for (const auto& change : told.change) all += change + '\n';
  CHECK_THAT(all, ContainsSubstring(mend));
}

}  // namespace

TEST_CASE_METHOD(Site, "explain from a TAP: a runt") {
  check_dropped(explain(Bytes(13)), DropReason::kTapRunt, "frame", "what writes into the TAP");
}

TEST_CASE_METHOD(Site, "explain from a TAP: a VID that the trunk does not carry") {
  segment.vid = 10;
  const auto told = explain_to(kAll);
  check_dropped(told, DropReason::kVlanUnmapped, "vlan", "add a segment without `vlan`");
  CHECK(told.segment == nullptr);
  CHECK_THAT(told.steps.back().why, ContainsSubstring("10 (seg42)"));
}

TEST_CASE_METHOD(Site, "explain from a TAP: a VID behind the tag of a priority") {
  segment.vid = 10;
  Bytes frame = ethernet_frame(kAll, kHost, "what it says");
  const Bytes tags{0x81, 0, 0xE0, 0, 0x81, 0, 0, 10};
  frame.insert(frame.begin() + 12, tags.begin(), tags.end());
  const auto told = explain(frame);
  check_dropped(told, DropReason::kVlanUnmapped, "vlan", "take the outer tag");
  CHECK_THAT(told.steps.back().why, ContainsSubstring("VID 0, and one behind it VID 10"));
}

TEST_CASE_METHOD(Site, "explain from a TAP: unknown unicast that is dropped") {
  segment.unknown_unicast = UnknownUnicast::kDrop;
  const auto told = explain_to(kOther);
  check_dropped(told, DropReason::kUnknownUnicast, "destination",
                "vxtapctl fdb add 02:00:00:00:00:0b --vni 42 --remote ADDRESS");
  CHECK(told.decided.text == "f:fdb.unknown_unicast");
  CHECK(told.change.front() == "set `fdb.unknown_unicast: flood` at f:fdb.unknown_unicast");
}

TEST_CASE_METHOD(Site, "explain from a TAP: nowhere to flood to") {
  segment.flood_list.clear();
  check_dropped(explain_to(kAll), DropReason::kNoRemote, "destination",
                "vxtapctl fdb append 00:00:00:00:00:00 --vni 42 --remote ADDRESS");
}

TEST_CASE_METHOD(Site, "explain from a TAP: storm control, looked at and not taken from") {
  auto& bucket = segment.state->storm.of(FloodKind::kBroadcast);
  bucket.set_rate(10);
  for (int i = 0; i < 20; ++i) CHECK(explain_to(kAll).outcome == Outcome::kFlooded);
  for (int i = 0; i < 10; ++i) REQUIRE(bucket.take(1, now));
  check_dropped(explain_to(kAll), DropReason::kStormControl, "storm_control", "above 10");
  CHECK(explain_to(mac("01:00:5e:01:01:01")).outcome == Outcome::kFlooded);
}

TEST_CASE_METHOD(Site, "explain from a TAP: too big for all remotes, and for one") {
  network.narrow(remote("192.0.2.3"), 1400);
  const auto some = explain(with_destination(kAll, whole_v4(1372)));
  CHECK(some.outcome == Outcome::kFlooded);
  REQUIRE(some.copies.size() == 2);
  CHECK(some.copies[0].drop == std::nullopt);
  CHECK(some.copies[1].drop == DropReason::kTooBig);
  CHECK(some.copies[1].outer_size == 1450);

  network.narrow(remote("192.0.2.2"), 1300);
  const auto told = explain(with_destination(kAll, whole_v4(1372)));
  check_dropped(told, DropReason::kTooBig, "path", "ip link set tap0 mtu 1250");
  CHECK_THAT(told.steps.back().why, ContainsSubstring("1250"));

  const auto cut = explain(with_destination(kAll, whole_v4(1372, 0)));
  CHECK(cut.outcome == Outcome::kFlooded);
  CHECK(cut.copies[0].fit == PathFit::kFragments);
}

TEST_CASE_METHOD(Site, "explain from a TAP: no route") {
  network.fail(remote("192.0.2.2"), ENETUNREACH);
  const auto some = explain_to(kAll);
  CHECK(some.outcome == Outcome::kFlooded);
  CHECK(some.copies[0].drop == DropReason::kUnderlaySendFailed);
  network.fail(remote("192.0.2.3"), ENETUNREACH);
  check_dropped(explain_to(kAll), DropReason::kUnderlaySendFailed, "send",
                "ip route get 192.0.2.2 from 192.0.2.1");
}

TEST_CASE_METHOD(Site, "explain from a TAP: an entry of the FDB") {
  REQUIRE(fdb.put({{segment.key, kOther},
                   remote("192.0.2.9"),
                   FdbState::kReachable,
                   FdbOrigin::kLearned,
                   to_tick(now) - 123},
                  segment.state->fdb));
  const auto told = explain_to(kOther);
  CHECK(told.outcome == Outcome::kForwarded);
  CHECK(step_of(told, "destination")->why ==
        "02:00:00:00:00:0b is at 192.0.2.9:4789: FDB entry, learned, reachable, heard 12.3 s ago");
  REQUIRE(told.copies.size() == 1);
  CHECK(told.copies[0].remote == remote("192.0.2.9"));
}

TEST_CASE_METHOD(Site, "explain from a TAP: ARP that is answered") {
  const std::vector<Binding> known{{address("10.0.0.2"), kOther}};
  segment.state->neighbours.configure(known);
  const auto arp = Tins::ARP::make_arp_request("10.0.0.2", "10.0.0.1", "02:00:00:00:00:0a").serialize();
  CHECK(explain(arp).outcome == Outcome::kFlooded);
  segment.neighbours = &segment.state->neighbours;
  const auto told = explain(arp);
  CHECK(told.outcome == Outcome::kAnswered);
  const Tins::EthernetII answer(told.answer.data(), static_cast<std::uint32_t>(told.answer.size()));
  CHECK(answer.rfind_pdu<Tins::ARP>().opcode() == Tins::ARP::REPLY);
  CHECK(answer.rfind_pdu<Tins::ARP>().sender_hw_addr().to_string() == kOther.to_string());
  CHECK(told.decided.text == "f:6");
}

TEST_CASE_METHOD(Site, "explain from a TAP: a trunk's tag stays behind") {
  segment.vid = 10;
  Bytes frame = ethernet_frame(kAll, kHost, "what it says");
  const Bytes plain = frame, tag{0x81, 0, 0, 10};
  frame = Bytes(frame.begin(), frame.begin() + 12) + tag + Bytes(frame.begin() + 12, frame.end());
  const auto told = explain(frame);
  CHECK(told.outcome == Outcome::kFlooded);
  CHECK(told.inner == plain);
}

TEST_CASE_METHOD(Site, "explain from a TAP: a route that leads into our own overlay") {
  own_device = "eth0";
  const auto told = explain_to(kAll);
  CHECK(told.outcome == Outcome::kFlooded);  // as it is counted
  REQUIRE(told.notes.size() == 2);
  CHECK_THAT(told.notes[0],
             ContainsSubstring("a loop: the route to 192.0.2.2 leads into our own overlay, by eth0"));
  CHECK_THAT(step_of(told, "send")->why,
             ContainsSubstring("to 192.0.2.3 back into our own overlay, by eth0"));
  CHECK(told.change[0] ==
        "ip route replace 192.0.2.2 via GATEWAY dev UNDERLAY, or set `underlay.device` at f:underlay.device");
  CHECK_THAT(told.change[1], ContainsSubstring("ip route replace 192.0.2.3"));

  // What is not sent there is in no loop.
  network.narrow(remote("192.0.2.2"), 100);
  segment.flood_list = {remote("192.0.2.2")};
  const auto dropped = explain(with_destination(kAll, whole_v4(1372)));
  CHECK(dropped.reason == DropReason::kTooBig);
  CHECK(dropped.notes.empty());
  own_device = "vx42";
  CHECK(explain_to(kAll).notes.empty());
}

TEST_CASE_METHOD(Site, "explain from a TAP: one that is down hands nothing over") {
  CHECK(explain_to(kAll).notes.empty());
  taps.at(0).state->up = false;
  const auto told = explain_to(kAll);
  CHECK(told.outcome == Outcome::kFlooded);
  CHECK(told.notes ==
        std::vector<std::string>{"tap0 is down: nothing can come from it until `ip link set tap0 up`"});
  CHECK(step_of(told, "tap") != nullptr);
}
