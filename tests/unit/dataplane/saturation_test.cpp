// When the poller says that its thread has next to all of a processor, and when not.
#include "poller_rig.hpp"

using namespace vxtap;
using namespace vxtap::test;
using namespace std::chrono_literals;

TEST_CASE("poller: who has a processor to itself is told so, who waits or sleeps is not") {
  Pipe pipe;
  enum class Doing { kWaiting, kWorking, kNothing };
  std::atomic<Doing> doing{Doing::kWaiting};
  std::atomic<int> rounds{0};
  Running running;
  running.watch(pipe, [&]() -> Moved {
    ++rounds;
    if (doing == Doing::kNothing) return pipe.read();
    if (doing == Doing::kWaiting) std::this_thread::sleep_for(2ms);
    return 1;
  });
  pipe.write(1);
  wait_until("a good many windows pass", [&] { return rounds > 100; });
  CHECK(running.saturated == 0);

  doing = Doing::kWorking;
  wait_until("it is told, and told again", [&] { return running.saturated >= 3; });

  doing = Doing::kNothing;
  running.wait_for_sleep();
  const int told = running.saturated;
  std::this_thread::sleep_for(50ms);
  CHECK(running.poller.idle_for(50ms));
  CHECK(running.saturated == told);
}
