// How the control thread knows that workers make progress.
#include "lending_rig.hpp"

using namespace vxtap;
using namespace vxtap::test;
using namespace std::chrono_literals;

namespace {

using Stuck = std::vector<std::size_t>;

constexpr auto kLong = 5s;

struct Watched : TwoWorkers {
  /// Asks at `now` and waits until nobody owes a sign.
  void ask_and_hear(TimePoint now) {
    group->ask_for_heartbeats(now);
    wait_until("both give a sign", [&] { return group->stuck(now + 1ns, 0s).empty(); });
  }
  const TimePoint start = std::chrono::steady_clock::now();
};

}  // namespace

TEST_CASE_METHOD(Watched, "heartbeats: before anything was asked nobody is stuck, however late it is") {
  CHECK(group->stuck(start + 24h, kLong) == Stuck{});
}

TEST_CASE_METHOD(Watched, "heartbeats: who sleeps answers, and owes nothing until asked again") {
  ask_and_hear(start);
  CHECK(group->stuck(start + 24h, kLong) == Stuck{});
  ask_and_hear(start + 1s);
}

TEST_CASE_METHOD(Watched, "heartbeats: who is held within a batch is stuck, and only he, until he goes on") {
  ask_and_hear(start);
  gate.close();
  REQUIRE(hosts[0].send(ethernet_frame(kNobody, kInside, std::string(50, 'x'))));
  wait_until("the first worker is held", [&] { return gate.holds_one(); });
  group->ask_for_heartbeats(start + 1s);
  wait_until("the second gives its sign", [&] { return group->stuck(start + 10s, kLong) == Stuck{0}; });
  CHECK(group->stuck(start + 6s, kLong) == Stuck{});  // 5 s are within patience
  // Asking on does not renew what is owed.
  group->ask_for_heartbeats(start + 7s);
  CHECK(group->stuck(start + 8s, kLong).front() == 0);
  gate.open();
  wait_until("the first gives its sign", [&] { return group->stuck(start + 24h, kLong).empty(); });
}

TEST_CASE_METHOD(Watched, "heartbeats: who has lent its sockets answers for itself") {
  const Flood flood(hosts[0]);
  wait_for_loan();
  ask_and_hear(start);
}
