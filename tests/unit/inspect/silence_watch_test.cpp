#include "inspect/silence_watch.hpp"

#include "support/catch.hpp"

using namespace vxtap;
using namespace std::chrono_literals;
using inspect::SilenceWatch;

namespace {

const SegmentKey kBlue{0, *Vni::from(42)};

/// A watch that is told of one segment each second.
struct Told {
  void goes_on(unsigned seconds, std::uint64_t sent, std::uint64_t received) {
    for (unsigned i = 0; i < seconds; ++i) {
      now += 1s;
      counts.sent += sent;
      counts.received += received;
      watch.note(kBlue, counts, now);
    }
  }
  std::optional<inspect::Silence> judge() const { return watch.judge(kBlue, counts, now); }

  SilenceWatch watch;
  SilenceWatch::Counts counts;
  SilenceWatch::Clock::time_point now = SilenceWatch::Clock::time_point(1h);
};

}  // namespace

TEST_CASE("silence: nothing is said of what was never heard") {
  Told told;
  CHECK_FALSE(told.judge());
  told.goes_on(60, 100, 0);
  CHECK_FALSE(told.judge());
  CHECK_FALSE(told.watch.judge({1, *Vni::from(42)}, {}, told.now));
}

TEST_CASE("silence: answers that end") {
  Told told;
  told.goes_on(20, 10, 10);
  CHECK(told.judge()->sent == 0);
  told.goes_on(12, 10, 0);
  CHECK(told.judge()->lasts == 12s);
  CHECK(told.judge()->sent == 120);
  CHECK(told.judge()->expected == 120);
  told.counts.received += 1;  // between two notes
  CHECK(told.judge()->expected == 0);
}

TEST_CASE("silence: a tunnel that is idle, or only floods") {
  Told told;
  told.goes_on(20, 10, 10);
  told.goes_on(3600, 0, 0);
  CHECK(told.judge()->lasts == 3600s);
  CHECK(told.judge()->expected == 0);
}

TEST_CASE("silence: a stream that goes one way had no answers before") {
  Told told;
  for (int i = 0; i < 5; ++i) {
    told.goes_on(30, 1000, 0);
    told.goes_on(1, 1000, 1);  // ARP
  }
  told.goes_on(30, 1000, 0);
  CHECK(told.judge()->sent == 30000);
  CHECK(told.judge()->expected <= 1);
}

TEST_CASE("silence: much more came than went") {
  Told told;
  told.goes_on(20, 10, 1000);
  told.goes_on(5, 1, 0);
  CHECK(told.judge()->expected == 5);
}

TEST_CASE("silence: counts that began anew, and segments that went") {
  Told told;
  told.goes_on(20, 10, 10);
  told.counts = {};
  told.goes_on(2, 1, 1);
  CHECK(told.judge()->sent == 0);
  told.watch.keep([](SegmentKey) { return false; });
  CHECK_FALSE(told.judge());
}
