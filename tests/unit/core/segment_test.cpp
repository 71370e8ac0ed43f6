#include "vxtap/segment.hpp"

#include <algorithm>

#include "support/printing.hpp"
#include "support/values.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

Segment segment(EndpointId endpoint, std::uint32_t number, TapId tap) {
  Segment made;
  made.key = {endpoint, vni(number)};
  made.tap = tap;
  return made;
}

}  // namespace

TEST_CASE("segment table: one VNI may exist once on each endpoint") {
  const SegmentTable table({segment(0, 100, 5), segment(1, 100, 0), segment(0, 16777215, 2)});
  CHECK(table.by_key({0, vni(100)})->tap == 5);
  CHECK(table.by_key({1, vni(100)})->tap == 0);
  CHECK(table.by_key({0, vni(16777215)})->tap == 2);
  CHECK(table.by_key({1, vni(16777215)}) == nullptr);
  CHECK(table.by_key({2, vni(100)}) == nullptr);
}

TEST_CASE("segment table: a TAP without a segment has none") {
  const SegmentTable table({segment(0, 100, 5), segment(1, 200, 0)});
  CHECK(table.by_tap(5)->key.vni == vni(100));
  CHECK(table.by_tap(0)->key.vni == vni(200));
  for (const int tap : {1, 4, 6, 65535}) CHECK(table.by_tap(static_cast<TapId>(tap)) == nullptr);
  CHECK(SegmentTable().by_tap(0) == nullptr);
}

TEST_CASE("segment key: packs into 40 bits and back") {
  for (const SegmentKey key :
       {SegmentKey{0, vni(0)}, SegmentKey{0xFFFF, vni(Vni::kMax)}, SegmentKey{7, vni(100)}}) {
    CHECK(key.to_u40() >> 40 == 0);
    CHECK(SegmentKey::from_u40(key.to_u40()) == key);
  }
}

TEST_CASE("source policy: a prefix or a peer lets a source in, nothing else does") {
  const auto policy = SourcePolicy::of({{address("10.0.0.0"), 8}, {address("2001:db8::"), 32}},
                                       {address("192.0.2.9"), address("192.0.2.1"), address("fd00::1")});
  for (const auto text : {"10.255.0.1", "2001:db8:1::1", "192.0.2.9", "192.0.2.1", "fd00::1"})
    CHECK(policy.accepts(address(text)));
  for (const auto text : {"11.0.0.1", "2001:db9::1", "192.0.2.2", "fd00::2", "0.0.0.0"})
    CHECK_FALSE(policy.accepts(address(text)));
  CHECK(SourcePolicy::any().accepts(address("11.0.0.1")));
  CHECK_FALSE(SourcePolicy::of({}, {}).accepts(address("192.0.2.1")));
}

TEST_CASE("segment state: totals sum the workers, each reason by itself") {
  SegmentState state(3);
  for (std::uint64_t worker = 0; worker < 3; ++worker) {
    SegmentCounters& counters = state.counters[worker];
    counters.tx.packets.add(1 + worker);
    counters.rx.bytes.add(100);
    counters.flooded.add(2);
    counters.drops.add(DropReason::kTapFull, worker);
    counters.drops.add(DropReason::kTapRunt);
  }
  const auto totals = state.totals();
  CHECK(totals.tx_packets == 6);
  CHECK(totals.rx_bytes == 300);
  CHECK(totals.flooded == 6);
  CHECK(totals.drops[static_cast<std::size_t>(DropReason::kTapFull)] == 3);
  CHECK(totals.drops[static_cast<std::size_t>(DropReason::kTapRunt)] == 3);
  CHECK(totals.rx_packets == 0);
}

TEST_CASE("drop reasons: names are unique words") {
  std::vector<std::string> names;
  for (const auto& reason : kDropReasons) {
    CHECK(reason.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
    CHECK_FALSE(reason.meaning.empty());
    CHECK_FALSE(reason.mend.empty());
    names.emplace_back(reason.name);
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

TEST_CASE("segment table: a trunk's segments are told apart by VID, other TAPs' are not") {
  auto on_vid = [](std::uint32_t number, TapId tap, std::uint16_t vid) {
    Segment made = segment(0, number, tap);
    made.vid = vid;
    return made;
  };
  const SegmentTable table(
      {on_vid(10, 1, 10), on_vid(20, 1, 4094), on_vid(1, 1, 0), on_vid(30, 2, 0), on_vid(40, 3, 10)});
  CHECK(table.by_tap(1, 10)->key.vni == vni(10));
  CHECK(table.by_tap(1, 4094)->key.vni == vni(20));
  CHECK(table.by_tap(1)->key.vni == vni(1));
  CHECK(table.by_tap(1, 11) == nullptr);
  CHECK(table.by_tap(3, 10)->key.vni == vni(40));
  CHECK(table.by_tap(3) == nullptr);
  CHECK(table.by_tap(2, 10) == nullptr);
  CHECK(table.is_trunk(1));
  CHECK_FALSE(table.is_trunk(2));
  CHECK(table.is_trunk(3));
  CHECK_FALSE(table.is_trunk(9));
}
