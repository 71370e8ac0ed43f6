// The walk from a TAP: destinations, reasons in packet order, and the outer fields.
#include "packets.hpp"
#include "support/ip_frames.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

/// A frame from alice to bob that is perfectly all right until a case spoils it.
struct Departure : Situation {
  Bytes frame = udp_v4();
  TapId from = 3;

  TapVerdict verdict(const SegmentTable& segments) { return from_tap(segments, fdb, from, Frame{frame, {}}); }
  std::optional<DropReason> verdict_drop() { return verdict(table()).drop; }
};

struct Fault {
  DropReason reason;
  std::function<void(Departure&)> spoil;
};

/// In packet order.
const std::vector<Fault> kFaults{
    {DropReason::kTapRunt, [](Departure& d) { d.frame.resize(13); }},
    {DropReason::kVlanUnmapped, [](Departure& d) { d.from = 4; }},
    {DropReason::kUnknownUnicast, [](Departure& d) { d.segment.unknown_unicast = UnknownUnicast::kDrop; }},
    {DropReason::kNoRemote, [](Departure& d) { d.segment.flood_list.clear(); }},
};

std::vector<Remote> remotes(const TapVerdict& verdict) {
  const auto list = verdict.remotes();
  return {list.begin(), list.end()};
}

}  // namespace

TEST_CASE("from tap: each fault has its reason and no destination") {
  for (const auto& fault : kFaults) {
    Departure departure;
    fault.spoil(departure);
    const auto table = departure.table();
    const auto verdict = departure.verdict(table);
    CHECK(verdict.drop == fault.reason);
    CHECK(remotes(verdict).empty());
  }
}

TEST_CASE("from tap: of two faults the earlier in packet order counts") {
  for (std::size_t first = 0; first < kFaults.size(); ++first)
    for (std::size_t second = first + 1; second < kFaults.size(); ++second) {
      INFO(to_string(kFaults[first].reason) << " and " << to_string(kFaults[second].reason));
      Departure departure;
      kFaults[first].spoil(departure);
      kFaults[second].spoil(departure);
      CHECK(departure.verdict_drop() == kFaults[first].reason);
    }
}

TEST_CASE("from tap: unknown unicast, broadcast and multicast go to the whole flood list") {
  for (const auto& destination : {kBob, mac("ff:ff:ff:ff:ff:ff"), mac("33:33:00:00:00:01")}) {
    Departure departure;
    departure.segment.flood_list = {remote("192.0.2.2"), remote("192.0.2.3", 8472), remote("2001:db8::1")};
    departure.frame = ethernet_frame(destination, kAlice, "text");
    const auto table = departure.table();
    const auto verdict = departure.verdict(table);
    INFO(destination.to_string());
    CHECK(verdict.drop == std::nullopt);
    CHECK(verdict.flooded);
    CHECK(remotes(verdict) == departure.segment.flood_list);
  }
}

TEST_CASE("from tap: unknown_unicast drop does not concern broadcast and multicast") {
  for (const auto& destination : {mac("ff:ff:ff:ff:ff:ff"), mac("33:33:00:00:00:01")}) {
    Departure departure;
    departure.segment.unknown_unicast = UnknownUnicast::kDrop;
    departure.frame = ethernet_frame(destination, kAlice, "text");
    CHECK(departure.verdict_drop() == std::nullopt);
  }
}

TEST_CASE("from tap: a known MAC goes to its remote alone, flood list or not") {
  Departure departure;
  departure.segment.flood_list.clear();
  departure.segment.unknown_unicast = UnknownUnicast::kDrop;
  departure.enter(kBob, remote("192.0.2.77", 8472), GENERATE(FdbState::kReachable, FdbState::kPermanent));
  const auto table = departure.table();
  const auto verdict = departure.verdict(table);
  CHECK(verdict.drop == std::nullopt);
  CHECK_FALSE(verdict.flooded);
  CHECK(remotes(verdict) == std::vector{remote("192.0.2.77", 8472)});
}

TEST_CASE("from tap: sending neither changes the table nor refreshes it") {
  Departure departure;
  departure.enter(kBob, remote("192.0.2.77"), FdbState::kReachable);
  const auto before = departure.rows();
  CHECK(departure.verdict_drop() == std::nullopt);
  CHECK(same_rows(departure.rows(), before));
}

TEST_CASE("from tap: the outer fields come from the segment and the inner header") {
  struct Case {
    const char* what;
    Bytes frame;
    std::uint8_t tos;
  };
  // ECN of packets.md: 00, 01, 10 as they are, 11 becomes 10. The DSCP stays inside.
  const std::vector<Case> cases{{"IPv4 not ECT", udp_v4(0xB8), 0},
                                {"IPv4 ECT(1)", udp_v4(0xB9), 1},
                                {"IPv4 ECT(0)", udp_v4(0xBA), 2},
                                {"IPv4 CE", udp_v4(0xBB), 2},
                                {"IPv6 not ECT", udp_v6(0xB8), 0},
                                {"IPv6 ECT(1)", udp_v6(0xB9), 1},
                                {"IPv6 ECT(0)", udp_v6(0xBA), 2},
                                {"IPv6 CE", udp_v6(0xBB), 2},
                                {"not IP", ethernet_frame(kBob, kAlice, "text"), 0}};
  for (const auto& c : cases) {
    Departure departure;
    departure.frame = c.frame;
    const auto table = departure.table();
    const auto outer = departure.verdict(table).outer;
    INFO(c.what);
    CHECK(outer.vni == vni(100));
    CHECK(outer.send_profile == 9);
    CHECK(int{outer.tos} == int{c.tos});
  }
}

TEST_CASE("from tap: ToS and TTL are what the policy says, ECN is the inner packet's") {
  using Ttl = OuterPolicy::Ttl;
  using Tos = OuterPolicy::Tos;
  struct Case {
    OuterPolicy policy;
    Bytes frame;
    int tos, ttl;
  };
  const Bytes other = ethernet_frame(kBob, kAlice, "text");
  const std::vector<Case> cases{
      {{}, udp_v4(0xB9), 0x01, 0},
      {{.tos_value = 0x2E << 2}, udp_v4(0x03), 0xBA, 0},
      {{.tos_value = 0xFF}, other, 0xFC, 0},
      {{.tos = Tos::kInherit}, udp_v4(0xB9), 0xB9, 0},
      {{.tos = Tos::kInherit}, udp_v6(0xBB), 0xBA, 0},
      {{.tos = Tos::kInherit}, other, 0, 0},
      {{.ttl = Ttl::kFixed, .ttl_value = 7}, udp_v4(), 0, 7},
      {{.ttl = Ttl::kInherit}, udp_v4(), 0, 128},  // libtins' default
      {{.ttl = Ttl::kInherit}, udp_v6(), 0, 255},
      {{.ttl = Ttl::kInherit}, other, 0, 64},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    Departure departure;
    departure.segment.outer = cases[i].policy;
    departure.frame = cases[i].frame;
    if (cases[i].ttl == 255) departure.frame[14 + 7] = 255;
    const auto table = departure.table();
    const auto outer = departure.verdict(table).outer;
    INFO("case " << i);
    CHECK(int{outer.tos} == cases[i].tos);
    CHECK(int{outer.ttl} == cases[i].ttl);
  }
}

TEST_CASE("from tap: DF is unset, set, or the inner packet's") {
  using Df = OuterPolicy::Df;
  Bytes whole = udp_v4();
  whole[14 + 6] |= 0x40;
  struct Case {
    Df df;
    Bytes frame;
    bool outer, inner;
  };
  const std::vector<Case> cases{{Df::kUnset, whole, false, true},
                                {Df::kSet, udp_v4(), true, false},
                                {Df::kInherit, whole, true, true},
                                {Df::kInherit, udp_v4(), false, false},
                                {Df::kInherit, udp_v6(), true, true},
                                {Df::kUnset, udp_v6(), false, true},
                                {Df::kInherit, ethernet_frame(kBob, kAlice, "text"), false, false}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    Departure departure;
    departure.segment.outer.df = cases[i].df;
    departure.frame = cases[i].frame;
    const auto table = departure.table();
    const auto verdict = departure.verdict(table);
    INFO("case " << i);
    CHECK(verdict.outer.dont_fragment == cases[i].outer);
    CHECK(verdict.inner_dont_fragment == cases[i].inner);
  }
}

TEST_CASE("from tap: one inner flow has one hash, another flow another") {
  const auto hash = [](const Bytes& frame) {
    Departure departure;
    departure.frame = frame;
    const auto table = departure.table();
    return departure.verdict(table).outer.flow_hash;
  };
  CHECK(hash(udp_v4(0, {}, "one")) == hash(udp_v4(0, {}, "two")));
  CHECK(hash(udp_v4(0, {.source_port = 1})) != hash(udp_v4(0, {.source_port = 2})));
}

TEST_CASE("from tap: the frame's bytes are not touched") {
  Departure departure;
  departure.frame = udp_v4(3);
  departure.verdict_drop();
  CHECK(departure.frame == udp_v4(3));
}

TEST_CASE("from tap: cut short at any length it is a runt or goes out") {
  for (const auto& whole : {udp_v4(1), udp_v6(1)})
    for (std::size_t length = 0; length <= whole.size(); ++length) {
      Departure departure;
      departure.frame = Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
      INFO(length << " bytes");
      CHECK(departure.verdict_drop() ==
            (length < 14 ? std::optional(DropReason::kTapRunt) : std::optional<DropReason>()));
    }
}
