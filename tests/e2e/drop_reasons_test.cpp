#include <set>

#include "drop_lookers.hpp"
#include "drop_ways.hpp"
#include "support/catch.hpp"

// Every drop reason, made for real, and what each way to look at drops calls it: `drops`, `stats`, `monitor`
// and `capture` of vxtapctl, the metrics, and the static probe `drop`.

using namespace vxtap::lab;

namespace {

constexpr std::int64_t kPackets = 5;

std::string key_of(const DropWay& way) {
  return drop_key(way.vni, std::string(vxtap::to_string(way.reason)));
}

/// By its drops it is known that everybody sees what happens; of these some missed the first.
const DropWay& first_way() {
  return ways_of_outer_headers().at(1);
}

DropCounts without_first(DropCounts counts) {
  counts.erase(key_of(first_way()));
  return counts;
}

DropCounts by_reason(const DropCounts& counts) {
  DropCounts sums;
  for (const auto& [key, count] : counts) sums[key.substr(key.find(' ') + 1)] += count;
  return sums;
}

bool all_look(DropSite& site, DropLookers& lookers) {
  return eventually([&] {
    first_way().provoke(site);
    return lookers.all_have(key_of(first_way()));
  });
}

void check_provoked(const DropWay& way, DropSite& site, DropLookers& lookers) {
  CAPTURE(key_of(way));
  CHECK(eventually([&] {
    way.provoke(site);
    return lookers.stats()[key_of(way)] >= kPackets;
  }));
}

void check_seen_alike(DropLookers& lookers, const std::set<std::string>& expected) {
  DropCounts counts;
  eventually([&] {  // some are told a moment later
    counts = lookers.stats();
    return lookers.metrics() == counts && without_first(lookers.probe()) == without_first(counts) &&
           without_first(lookers.monitor()) == without_first(counts) &&
           without_first(lookers.capture()) == without_first(counts);
  });
  std::set<std::string> keys;
  for (const auto& [key, count] : counts) keys.insert(key);
  CHECK(keys == expected);
  CHECK(lookers.drops() == by_reason(counts));
  CHECK(lookers.metrics() == counts);
  CHECK(without_first(lookers.probe()) == without_first(counts));
  CHECK(without_first(lookers.monitor()) == without_first(counts));
  CHECK(without_first(lookers.capture()) == without_first(counts));
}

void check_seen_by_all(const DropWays& ways) {
  DropSite site;
  DropLookers lookers(*site.daemon);
  REQUIRE(all_look(site, lookers));
  std::set<std::string> expected{key_of(first_way())};
  for (const DropWay& way : ways) {
    check_provoked(way, site, lookers);
    expected.insert(key_of(way));
  }
  check_seen_alike(lookers, expected);
}

}  // namespace

TEST_CASE("drop reasons: those of frames from a TAP have one name everywhere") {
  check_seen_by_all(ways_from_tap());
}

TEST_CASE("drop reasons: those of outer headers have one name everywhere") {
  check_seen_by_all(ways_of_outer_headers());
}

TEST_CASE("drop reasons: those of inner frames and of the TAP have one name everywhere") {
  check_seen_by_all(ways_of_inner_frames());
}

TEST_CASE("drop reasons: each of them is made here") {
  std::set<std::string_view> made;
  for (const DropWays* ways : {&ways_from_tap(), &ways_of_outer_headers(), &ways_of_inner_frames()})
    for (const DropWay& way : *ways) made.insert(vxtap::to_string(way.reason));
  std::set<std::string_view> known;
  for (const auto& reason : vxtap::kDropReasons) known.insert(reason.name);
  CHECK(made == known);
}
