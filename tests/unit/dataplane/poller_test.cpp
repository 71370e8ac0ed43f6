// The poller on pipes: who is drained when, what sleeps, and that nothing else is starved.
#include "poller_rig.hpp"

using namespace vxtap;
using namespace vxtap::test;
using namespace std::chrono_literals;
using dataplane::Poller;

TEST_CASE("poller: what is readable is drained batch by batch until nothing is left") {
  Watched watched;
  watched.pipe.write(105);
  Running running;
  running.watch(watched.pipe, watched.drain());
  watched.wait_for(105);
  running.wait_for_sleep();
  CHECK(watched.pipe.read() == 0);
  CHECK(watched.calls > 11);
}

TEST_CASE("poller: it sleeps again and new data wakes it, again and again") {
  Watched first, second;
  Running running;
  running.watch(first.pipe, first.drain());
  running.watch(second.pipe, second.drain());
  for (std::size_t i = 1; i <= 10; ++i) {
    running.wait_for_sleep();
    const std::size_t calls = first.calls + second.calls;
    std::this_thread::sleep_for(2ms);
    CHECK(first.calls + second.calls == calls);
    first.pipe.write(15);
    first.wait_for(15 * i);
    second.pipe.write(1);
    second.wait_for(i);
  }
}

TEST_CASE("poller: data that comes at any moment of falling asleep is seen") {
  Watched watched;
  Running running;
  running.watch(watched.pipe, watched.drain());
  for (std::size_t i = 1; i <= 1000; ++i) {
    watched.pipe.write(1);
    watched.wait_for(i);
    // Not asleep: that would always take about as long.
    const auto next = Poller::Clock::now() + std::chrono::microseconds(i % 100);
    while (Poller::Clock::now() < next) {
    }
  }
}

TEST_CASE("poller: a port that returned nothing is not asked again, whatever there is to read") {
  Pipe dead;
  std::atomic<int> calls{0};
  Watched alive;
  Running running;
  running.watch(alive.pipe, alive.drain());
  Poller::Port* const port = running.watch(dead, [&]() -> Moved {
    ++calls;
    return std::nullopt;
  });
  dead.write(10);
  wait_until("it is asked once", [&] { return calls == 1; });
  for (std::size_t i = 1; i <= 20; ++i) {
    dead.write(1);
    running.wake(port);
    alive.pipe.write(1);
    alive.wait_for(i);
  }
  running.wait_for_sleep();
  CHECK(calls == 1);
}

TEST_CASE("poller: a port that was destroyed between rounds is not called, awake or asleep") {
  const bool awake = GENERATE(true, false);
  Watched doomed, other;
  std::atomic<bool> busy{awake};
  Running running;
  Poller::Port* const port = running.watch(doomed.pipe, [&]() -> Moved {
    ++doomed.calls;
    return busy ? 1 : doomed.pipe.read();
  });
  running.watch(other.pipe, other.drain());
  doomed.pipe.write(1);
  wait_until("it is drained", [&] { return doomed.calls > 3; });
  if (!awake) running.wait_for_sleep();
  running.destroy(port);
  const std::size_t calls = doomed.calls;
  doomed.pipe.write(10);
  other.pipe.write(25);
  other.wait_for(25);
  running.wait_for_sleep();
  CHECK(doomed.calls == calls);
}

TEST_CASE("poller: what is posted is done while ports are busy without end, and never within a round") {
  const std::size_t packets = GENERATE(1U, 10U, 100U);  // now and then, bulk in small pieces, bulk
  std::array<Pipe, 2> pipes;
  std::array<std::atomic<std::size_t>, 2> calls{};
  Running running;
  for (std::size_t i : {0U, 1U}) {
    running.watch(pipes[i], [&, i]() -> Moved {
      ++calls[i];
      return packets;
    });
    pipes[i].write(1);
  }
  wait_until("both are busy", [&] { return calls[0] > 10 && calls[1] > 10; });
  // Each is called once a round, so one's lead over the other is that of its first round for ever.
  const auto lead = [&] { return calls[0] - calls[1]; };
  std::size_t first_lead = 0;
  running.on_thread([&] { first_lead = lead(); });
  for (int i = 0; i < 50; ++i) {
    std::size_t later_lead = 0;
    running.on_thread([&] { later_lead = lead(); });
    CHECK(later_lead == first_lead);
  }
  const std::size_t before = calls[0];
  wait_until("it goes on", [&] { return calls[0] > before + 10; });
}

TEST_CASE("poller: wake() has a port drained without an event, and it stays under watch") {
  Watched quiet;
  Running running;
  Poller::Port* const port = running.watch(quiet.pipe, quiet.drain());
  running.wait_for_sleep();
  REQUIRE(quiet.calls == 0);
  running.wake(port);
  wait_until("it is drained", [&] { return quiet.calls > 0; });
  running.wait_for_sleep();
  quiet.pipe.write(7);
  quiet.wait_for(7);
}

TEST_CASE("poller: one port's drain may wake another") {
  Watched quiet;
  Pipe speaker;
  Running running;
  Poller::Port* const other = running.watch(quiet.pipe, quiet.drain());
  running.watch(speaker, [&]() -> Moved {
    const std::size_t batch = speaker.read();
    if (batch != 0) other->wake();
    return batch;
  });
  speaker.write(1);
  wait_until("the other is drained", [&] { return quiet.calls > 0; });
}

TEST_CASE("poller: idle_for() is true only of one that sleeps, and for so long") {
  Watched watched;
  std::atomic<bool> idle_when_awake{false};
  std::atomic<Poller::Clock::rep> last_awake{0};
  Running running;
  running.watch(watched.pipe, [&]() -> Moved {
    if (running.poller.idle_for(0s)) idle_when_awake = true;
    last_awake = Poller::Clock::now().time_since_epoch().count();
    return watched.drain()();
  });
  for (std::size_t i = 1; i <= 3; ++i) {
    wait_until("the poller sleeps", [&] { return running.poller.idle_for(100ms); });
    const auto now = Poller::Clock::now().time_since_epoch();
    CHECK(now - Poller::Clock::duration(last_awake) >= 100ms);
    CHECK_FALSE(running.poller.idle_for(24h));
    watched.pipe.write(11);
    watched.wait_for(11 * i);
  }
  CHECK_FALSE(idle_when_awake);
}

TEST_CASE("poller: with a busy poll it looks on instead of sleeping") {
  Watched watched;
  Running running;
  running.on_thread([&] { running.poller.set_busy_poll(24h); });
  running.watch(watched.pipe, watched.drain());
  watched.pipe.write(1);
  wait_until("it looks on", [&] { return watched.calls > 1000; });
  CHECK_FALSE(running.poller.idle_for(0s));
  running.on_thread([&] { running.poller.set_busy_poll(0s); });
  running.wait_for_sleep();
}
