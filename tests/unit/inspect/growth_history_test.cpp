#include "inspect/growth_history.hpp"

#include "support/catch.hpp"
#include "unit/inspect/healthy_facts.hpp"

using namespace vxtap;
using namespace std::chrono_literals;
using inspect::GrowthHistory;

namespace {

/// A history that is asked again and again; gives what is recent of a count.
struct Asked {
  std::uint64_t at(GrowthHistory::Clock::duration when, std::uint64_t total,
                   const std::string& name = "blue") {
    auto facts = test::healthy_facts();
    facts.segments[0].name = name;
    facts.segments[0].drops[0] = {total, total};
    facts.socket_overflows = facts.rp_filtered = {total, total};
    facts.segments[0].fdb_full = facts.taps[0].unmapped.frames = {total, total};
    history.judge(facts, GrowthHistory::Clock::time_point(1h) + when);
    CHECK(facts.segments[0].drops[0].total == total);
    CHECK(facts.socket_overflows.recent == facts.segments[0].drops[0].recent);
    CHECK(facts.rp_filtered.recent == facts.segments[0].drops[0].recent);
    CHECK(facts.segments[0].fdb_full.recent == facts.segments[0].drops[0].recent);
    CHECK(facts.taps[0].unmapped.frames.recent == facts.segments[0].drops[0].recent);
    return facts.segments[0].drops[0].recent;
  }
  GrowthHistory history;
};

}  // namespace

TEST_CASE("growth: all is recent at first, and when asked again soon") {
  Asked asked;
  CHECK(asked.at(0s, 7) == 7);
  CHECK(asked.at(1s, 7) == 7);
  CHECK(asked.at(4s, 9) == 9);
}

TEST_CASE("growth: what was there five seconds ago or longer is old") {
  Asked asked;
  CHECK(asked.at(0s, 7) == 7);
  CHECK(asked.at(5s, 7) == 0);
  CHECK(asked.at(6s, 10) == 3);
  CHECK(asked.at(9s, 10) == 3);
  CHECK(asked.at(11s, 10) == 0);
  CHECK(asked.at(2h, 12) == 2);
}

TEST_CASE("growth: whoever asks all the time still sees it end") {
  Asked asked;
  CHECK(asked.at(0s, 1) == 1);
  bool ended = false;
  for (auto when = 100ms; when < 15s && !ended; when += 100ms) ended = asked.at(when, 1) == 0;
  CHECK(ended);
}

TEST_CASE("growth: a count that fell began anew, and a renamed segment keeps its counts") {
  Asked asked;
  CHECK(asked.at(0s, 7) == 7);
  CHECK(asked.at(10s, 8, "red") == 1);
  CHECK(asked.at(20s, 2) == 2);
}
