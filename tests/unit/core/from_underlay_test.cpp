// The walk from the underlay: every reason in packet order, and who wins where two apply.
#include "packets.hpp"
#include "support/ip_frames.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/vxlan_header.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

/// A datagram that is perfectly all right until a case spoils it.
struct Arrival : Situation {
  VtepAddress source = kPeer;
  std::uint64_t header_bits = 0x0800'0000'0000'6400;  // I, VNI 100
  std::uint16_t source_port = 50000;
  std::uint8_t outer_tos = 0;
  Bytes inner = udp_v4();
  std::size_t keep_bytes = SIZE_MAX;
  bool tap_has_source_mac = false;
  bool pin_source_elsewhere = false;
  Bytes payload;  // what was last asked about

  MacAddress source_mac() const { return EthernetHeader::parse(inner).value().source; }

  std::optional<DropReason> verdict_drop() { return verdict(table()).drop; }

  UnderlayVerdict verdict(const SegmentTable& segments) {
    payload = Bytes(8);
    store_be(MutableBytes(payload), 0, header_bits);
    payload = payload + inner;
    if (keep_bytes < payload.size()) payload.resize(keep_bytes);
    if (tap_has_source_mac) tap->mac = source_mac().to_u64();
    if (pin_source_elsewhere) enter(source_mac(), remote("192.0.2.99"), FdbState::kStatic);
    return from_underlay(
        segments, fdb, endpoint,
        {.source = source, .source_port = source_port, .tos = outer_tos, .payload = payload});
  }
};

struct Fault {
  DropReason reason;
  std::function<void(Arrival&)> spoil;
};

/// In packet order, as packets.md numbers them.
const std::vector<Fault> kFaults{
    {DropReason::kOwnAddress, [](Arrival& a) { a.source = kLocal; }},
    {DropReason::kHeaderTruncated, [](Arrival& a) { a.keep_bytes = 7; }},
    {DropReason::kVniFlagMissing, [](Arrival& a) { a.header_bits &= ~VxlanHeader::kVniFlag; }},
    {DropReason::kVniUnknown, [](Arrival& a) { a.header_bits ^= 0x100; }},
    {DropReason::kSourceNotAccepted, [](Arrival& a) { a.segment.accept = SourcePolicy::of({}, {}); }},
    {DropReason::kReservedBits, [](Arrival& a) { a.header_bits |= 1; }},
    {DropReason::kInnerTruncated,
     [](Arrival& a) { a.keep_bytes = std::min<std::size_t>(a.keep_bytes, 8 + 13); }},
    {DropReason::kOwnMac, [](Arrival& a) { a.tap_has_source_mac = true; }},
    {DropReason::kInnerSourceInvalid, [](Arrival& a) { a.inner[6] |= 1; }},
    {DropReason::kFdbPinned, [](Arrival& a) { a.pin_source_elsewhere = true; }},
    {DropReason::kEcnInvalid, [](Arrival& a) { a.outer_tos = 3; }},
    {DropReason::kTapDown, [](Arrival& a) { a.tap->up = false; }},
};

}  // namespace

TEST_CASE("from underlay: a good datagram is for its segment's TAP, and teaches") {
  Arrival arrival;
  const auto table = arrival.table();
  const auto verdict = arrival.verdict(table);
  CHECK(verdict.drop == std::nullopt);
  CHECK(verdict.segment == &table.segments()[0]);
  CHECK(Bytes(verdict.inner.begin(), verdict.inner.end()) == arrival.inner);
  CHECK(verdict.inner.data() == arrival.payload.data() + 8);
  CHECK(verdict.learning.step == Learning::Step::kLearn);
  CHECK(verdict.learning.source == kAlice);
  CHECK(verdict.learning.remote == Remote{kPeer, kVxlanPort});
}

TEST_CASE("from underlay: each fault has its reason") {
  for (const auto& fault : kFaults) {
    Arrival arrival;
    fault.spoil(arrival);
    CHECK(arrival.verdict_drop() == fault.reason);
  }
}

TEST_CASE("from underlay: of two faults the earlier in packet order counts") {
  for (std::size_t first = 0; first < kFaults.size(); ++first)
    for (std::size_t second = first + 1; second < kFaults.size(); ++second) {
      INFO(to_string(kFaults[first].reason) << " and " << to_string(kFaults[second].reason));
      Arrival arrival;
      kFaults[first].spoil(arrival);
      kFaults[second].spoil(arrival);
      CHECK(arrival.verdict_drop() == kFaults[first].reason);
    }
}

TEST_CASE("from underlay: with all faults at once they come to light one by one") {
  for (std::size_t first = 0; first < kFaults.size(); ++first) {
    Arrival arrival;
    for (std::size_t i = first; i < kFaults.size(); ++i) kFaults[i].spoil(arrival);
    CHECK(arrival.verdict_drop() == kFaults[first].reason);
  }
}

TEST_CASE("from underlay: a verdict changes nothing, learning does") {
  Arrival arrival;
  arrival.enter(kBob, remote("192.0.2.7"), FdbState::kPermanent);
  const auto before = arrival.rows();
  const auto table = arrival.table();
  const auto verdict = arrival.verdict(table);
  CHECK(same_rows(arrival.rows(), before));
  CHECK(arrival.segment.state->fdb.learned == 0);
  CHECK(learn(verdict, arrival.fdb, 55) == LearnOutcome::kLearned);
  const auto hit = arrival.fdb.lookup({arrival.segment.key, kAlice});
  REQUIRE(hit);
  CHECK(hit->remote == Remote{kPeer, kVxlanPort});
  CHECK(hit->heard_at == 55);
}

TEST_CASE("from underlay: who is known where it is gets refreshed, with its port as it was") {
  Arrival arrival;
  arrival.enter(kAlice, {kPeer, 8472}, FdbState::kStatic);
  const auto table = arrival.table();
  const auto verdict = arrival.verdict(table);
  CHECK(verdict.drop == std::nullopt);
  CHECK(learn(verdict, arrival.fdb, 77) == LearnOutcome::kRefreshed);
  const auto hit = arrival.fdb.lookup({arrival.segment.key, kAlice});
  CHECK(hit->remote == Remote{kPeer, 8472});
  CHECK(hit->heard_at == 77);
}

TEST_CASE("from underlay: who is known elsewhere moves") {
  Arrival arrival;
  arrival.enter(kAlice, remote("192.0.2.50"), FdbState::kReachable);
  const auto table = arrival.table();
  CHECK(learn(arrival.verdict(table), arrival.fdb, 77) == LearnOutcome::kMoved);
}

TEST_CASE("from underlay: a frame that is dropped as bad teaches nothing") {
  for (const auto reason : {DropReason::kOwnAddress, DropReason::kVniUnknown, DropReason::kSourceNotAccepted,
                            DropReason::kReservedBits, DropReason::kOwnMac, DropReason::kInnerSourceInvalid,
                            DropReason::kFdbPinned, DropReason::kTapDown}) {
    const auto fault =
        std::find_if(kFaults.begin(), kFaults.end(), [&](auto& f) { return f.reason == reason; });
    Arrival arrival;
    fault->spoil(arrival);
    const auto table = arrival.table();
    INFO(to_string(reason));
    CHECK(learn(arrival.verdict(table), arrival.fdb, 1) == std::nullopt);
  }
}

TEST_CASE("from underlay: nothing is learned for a TAP that is down, whatever else is wrong") {
  Arrival arrival;
  arrival.tap->up = false;
  arrival.outer_tos = 3;
  const auto table = arrival.table();
  CHECK(learn(arrival.verdict(table), arrival.fdb, 1) == std::nullopt);
}

TEST_CASE("from underlay: without learning any source MAC passes and teaches nothing") {
  for (const auto& source : {MacAddress{}, mac("01:00:5e:00:00:01"), kAlice}) {
    Arrival arrival;
    arrival.segment.learning = false;
    arrival.inner = ethernet_frame(kBob, source, "text");
    const auto table = arrival.table();
    const auto verdict = arrival.verdict(table);
    INFO(source.to_string());
    CHECK(verdict.drop == std::nullopt);
    CHECK(learn(verdict, arrival.fdb, 1) == std::nullopt);
  }
}

TEST_CASE("from underlay: a zero source MAC is invalid also while the TAP's own MAC is not known yet") {
  Arrival arrival;
  arrival.tap->mac = 0;
  arrival.inner = ethernet_frame(kBob, MacAddress{}, "text");
  CHECK(arrival.verdict_drop() == DropReason::kInnerSourceInvalid);
}

TEST_CASE("from underlay: the VNI counts on its own endpoint only") {
  Arrival arrival;
  arrival.endpoint.id = 1;
  CHECK(arrival.verdict_drop() == DropReason::kVniUnknown);
}

TEST_CASE("from underlay: each of the 39 reserved bits is not tolerated") {
  for (int bit = 0; bit < 64; ++bit) {
    const auto mask = std::uint64_t{1} << bit;
    if ((mask & VxlanHeader::kReservedMask) == 0) continue;
    Arrival arrival;
    arrival.header_bits |= mask;
    INFO("bit " << 63 - bit);
    CHECK(arrival.verdict_drop() == DropReason::kReservedBits);
  }
}

TEST_CASE("from underlay: congestion on the way reaches the inner header") {
  Arrival arrival;
  arrival.inner = udp_v4(2);
  arrival.outer_tos = 3;
  const auto table = arrival.table();
  const auto verdict = arrival.verdict(table);
  CHECK(verdict.drop == std::nullopt);
  CHECK(Bytes(verdict.inner.begin(), verdict.inner.end()) == udp_v4(3));
}

TEST_CASE("from underlay: cut short at any length it has its reason or passes") {
  auto tagged = ethernet_ii() / Tins::Dot1Q(7) / Tins::IP("10.0.0.2", "10.0.0.1") / Tins::UDP(53, 40000);
  for (const auto& frame : {udp_v4(1), udp_v6(1), Bytes(tagged.serialize())})
    for (std::size_t length = 0; length <= 8 + frame.size(); ++length) {
      Arrival arrival;
      arrival.inner = frame;
      arrival.outer_tos = 1;
      arrival.keep_bytes = length;
      INFO(length << " bytes");
      if (length < 8)
        CHECK(arrival.verdict_drop() == DropReason::kHeaderTruncated);
      else if (length < 8 + 14)
        CHECK(arrival.verdict_drop() == DropReason::kInnerTruncated);
      else
        CHECK(arrival.verdict_drop() == std::nullopt);
    }
}

TEST_CASE("from underlay: reserved bits pass exactly where they are tolerated") {
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t mask = std::uint64_t{1} << bit;
    if ((mask & VxlanHeader::kReservedMask) == 0) continue;
    INFO("bit " << bit);
    Arrival arrival;
    arrival.header_bits |= mask;
    CHECK(arrival.verdict_drop() == DropReason::kReservedBits);
    arrival.segment.tolerated_bits = mask;
    CHECK(arrival.verdict_drop() == std::nullopt);
    arrival.segment.tolerated_bits = VxlanHeader::kReservedMask & ~mask;
    CHECK(arrival.verdict_drop() == DropReason::kReservedBits);
    arrival.segment.tolerated_bits = VxlanHeader::kReservedMask;
    CHECK(arrival.verdict_drop() == std::nullopt);
  }
}

TEST_CASE("from underlay: from port 0 the segment's is learned, as nothing can be sent there") {
  Arrival arrival;
  arrival.segment.learn_port = true;
  arrival.source_port = 0;
  const auto table = arrival.table();
  const auto first = arrival.verdict(table);
  CHECK(first.learning.remote == Remote{kPeer, kVxlanPort});
  REQUIRE(learn(first, arrival.fdb, 0) == LearnOutcome::kLearned);
  CHECK(arrival.verdict(table).learning.step == Learning::Step::kRefresh);
}

TEST_CASE("from underlay: learn_port teaches the port it came from, else the segment's") {
  for (const bool learn_port : {false, true}) {
    Arrival arrival;
    arrival.segment.learn_port = learn_port;
    const auto table = arrival.table();
    const std::uint16_t expected = learn_port ? 50000 : kVxlanPort;
    const auto first = arrival.verdict(table);
    CHECK(first.learning.remote == Remote{kPeer, expected});
    REQUIRE(learn(first, arrival.fdb, 0) == LearnOutcome::kLearned);
    CHECK(arrival.verdict(table).learning.step == Learning::Step::kRefresh);

    arrival.enter(arrival.source_mac(), {kPeer, 777}, FdbState::kReachable);  // a NAT's earlier mapping
    const auto again = arrival.verdict(table);
    CHECK(again.learning.step == (learn_port ? Learning::Step::kLearn : Learning::Step::kRefresh));
    learn(again, arrival.fdb, 0);
    const auto hit = arrival.fdb.lookup({arrival.segment.key, arrival.source_mac()});
    CHECK(hit->remote.port == (learn_port ? 50000 : 777));
    CHECK(arrival.segment.state->fdb.moved == 0);
  }
}
