// From the underlay: each reason has its step, and what would be learned is told.
#include "support/catch.hpp"
#include "support/ip_frames.hpp"
#include "support/printing.hpp"
#include "unit/inspect/rig.hpp"

using namespace vxtap;
using namespace vxtap::test;
using Catch::Matchers::ContainsSubstring;
using inspect::Outcome;

namespace {

const auto kRemote = "192.0.2.2";
const auto kHost = mac("02:00:00:00:00:0a"), kOther = mac("02:00:00:00:00:0b");

struct Site : Rig {
  Segment segment;

  Site() {
    add_tap(0);
    add_local(0, address("192.0.2.1"));
    segment = make_segment({0, vni(42)}, 0);
    segment.accept = SourcePolicy::of({}, {address(kRemote)});
  }

  inspect::Explanation explain(const Bytes& payload, std::string_view from = kRemote, std::uint8_t tos = 0) {
    publish({segment});
    return explain_underlay(0, {.source = address(from),
                                .source_port = 50000,
                                .destination = remote("192.0.2.1"),
                                .tos = tos,
                                .payload = payload});
  }
  static Bytes good(const MacAddress& source = kOther) {
    return vxlan_datagram(vni(42), ethernet_frame(kHost, source, "what it says"));
  }
  static Bytes cut(Bytes bytes, std::size_t size) {
    bytes.resize(size);
    return bytes;
  }
  static Bytes changed(Bytes bytes, std::size_t at, std::uint8_t value) {
    bytes.at(at) = value;
    return bytes;
  }
  void pin(const MacAddress& mac, std::string_view where) {
    REQUIRE(fdb.put({{segment.key, mac}, remote(where), FdbState::kPermanent, FdbOrigin::kConfig, 0},
                    segment.state->fdb));
  }
};

void check_dropped(const inspect::Explanation& told, DropReason reason, std::string_view step) {
  CHECK(told.outcome == Outcome::kDropped);
  CHECK(told.reason == reason);
  CHECK(told.steps.back().name == step);
  CHECK(told.steps.back().result == inspect::StepResult::kDrop);
  CHECK_FALSE(told.change.empty());
}

}  // namespace

TEST_CASE_METHOD(Site, "explain from the underlay: each reason and its step") {
  pin(mac("02:00:00:00:00:0c"), "192.0.2.3");
  check_dropped(explain(good(), "192.0.2.1"), DropReason::kOwnAddress, "own_address");
  check_dropped(explain(cut(good(), 7)), DropReason::kHeaderTruncated, "header");
  check_dropped(explain({}), DropReason::kHeaderTruncated, "header");
  check_dropped(explain(changed(good(), 0, 0)), DropReason::kVniFlagMissing, "vni_flag");
  check_dropped(explain(changed(good(), 6, 43)), DropReason::kVniUnknown, "segment");
  check_dropped(explain(good(), "192.0.2.9"), DropReason::kSourceNotAccepted, "source");
  check_dropped(explain(changed(good(), 7, 1)), DropReason::kReservedBits, "reserved_bits");
  check_dropped(explain(cut(good(), 8 + 13)), DropReason::kInnerTruncated, "inner");
  check_dropped(explain(good(mac("02:00:00:00:ff:00"))), DropReason::kOwnMac, "own_mac");
  check_dropped(explain(good(mac("00:00:00:00:00:00"))), DropReason::kInnerSourceInvalid, "inner_source");
  check_dropped(explain(good(mac("02:00:00:00:00:0c"))), DropReason::kFdbPinned, "pinned");
  check_dropped(explain(vxlan_datagram(vni(42), udp_v4()), kRemote, 3), DropReason::kEcnInvalid, "ecn");
  taps.at(0).state->up = false;
  const auto down = explain(good());
  check_dropped(down, DropReason::kTapDown, "tap");
  CHECK_THAT(down.steps.back().why, ContainsSubstring("nothing can be delivered to it"));
}

TEST_CASE_METHOD(Site, "explain from the underlay: what was sent here can be asked for from the TAP's side") {
  const auto told = explain(good(), "192.0.2.1");
  REQUIRE(told.change.size() == 2);
  CHECK_THAT(told.change[1], ContainsSubstring("vxtapctl explain --vni 42 --from tap --frame HEX"));
  CHECK(explain(changed(good(), 0, 0), "192.0.2.1").change.size() == 1);
}

TEST_CASE_METHOD(Site, "explain from the underlay: a tag inside a trunk's untagged segment") {
  const Bytes frame = ethernet_frame(kHost, kOther, "0123", 0x8100);
  Segment other = make_segment({0, vni(43)}, 0, 10);
  publish({segment, other});
  const auto told = explain_underlay(0, {.source = address(kRemote),
                                         .destination = remote("192.0.2.1"),
                                         .payload = vxlan_datagram(vni(42), frame)});
  check_dropped(told, DropReason::kVlanUnmapped, "vlan");
}

TEST_CASE_METHOD(Site, "explain from the underlay: what would be learned") {
  const auto fresh = explain(good());
  REQUIRE(fresh.would_learn);
  CHECK(fresh.outcome == Outcome::kDelivered);
  CHECK(fresh.would_learn->outcome == LearnOutcome::kLearned);
  CHECK(fresh.would_learn->remote == remote(kRemote));
  CHECK_FALSE(fresh.would_learn->before);

  fdb.learn({segment.key, kOther}, remote("192.0.2.7"), to_tick(now), segment.state->fdb);
  const auto moved = explain(good());
  REQUIRE(moved.would_learn);
  CHECK(moved.would_learn->outcome == LearnOutcome::kMoved);
  CHECK(moved.would_learn->before == remote("192.0.2.7"));

  segment.state->fdb.limit = 1;
  CHECK(explain(good(mac("02:00:00:00:00:0d"))).would_learn->outcome == LearnOutcome::kFull);
  segment.learning = false;
  CHECK_FALSE(explain(good()).would_learn);
}

TEST_CASE_METHOD(Site, "explain from the underlay: the ECN field as it is delivered") {
  const auto told = explain(vxlan_datagram(vni(42), udp_v4(2)), kRemote, 3);
  CHECK(told.outcome == Outcome::kDelivered);
  CHECK(step_of(told, "ecn")->why == "outer ECN 11, inner 10: delivered with 11");
  CHECK(told.inner == udp_v4(3));
}

TEST_CASE_METHOD(Site, "explain from the underlay: a trunk's tag is put on") {
  segment.vid = 10;
  const Bytes plain = ethernet_frame(kHost, kOther, "what it says"), tag{0x81, 0, 0, 10};
  const auto told = explain(vxlan_datagram(vni(42), plain));
  CHECK(told.inner ==
        Bytes(plain.begin(), plain.begin() + 12) + tag + Bytes(plain.begin() + 12, plain.end()));
}
