#include "dataplane/poller.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <ctime>
#include <thread>

namespace vxtap::dataplane {
namespace {

using namespace std::chrono_literals;
using Clock = Poller::Clock;

// Empty rounds before ports go to sleep, whatever the time: what answers within a few microseconds (the host
// behind a TAP) is there by then.
constexpr int kEmptyRounds = 4;

// A sleep that ended this soon was hardly worth its two wake-ups, so the next time the worker looks around
// for a while before it sleeps, as KVM's halt polling does. Measured: flood-ping RTT falls to a third, and
// isolated packets cost no more than before.
constexpr Clock::duration kShortSleep = 100us;
constexpr Clock::duration kLinger = 50us;

// More than that on average is bulk, whose next batch is worth waiting for asleep: the processor is needed by
// those who produce and consume it.
constexpr std::size_t kPacketsPerBulkRound = 4;

// Small frames in bulk are read as fast as the host writes them, a few at a time, and every few would cost
// a send of their own. So a round that brought less than half a train is followed by a nap, as a NIC
// moderates its interrupts (ethtool, rx-usecs): trains fill up, and whoever fills them gets the processor.
// Measured: 20 % more packets a second; naps of twice the length, or after fuller rounds, cost TCP.
constexpr std::size_t kFullRound = 32;
constexpr Clock::duration kNap = 50us;
constexpr unsigned long kTimerSlack = 1000;  // ns; the usual 50 us would double each nap

// A worker that has the processor for this share of a window is what others wait for. By the processor's
// clock and not by whether it slept: where threads wait for a processor, handing work around costs more than
// it brings.
constexpr Clock::duration kWindow = 10ms;
constexpr double kSaturated = 0.85;

// Rounds between two looks at the io_context while there is work: it costs a system call.
constexpr int kRoundsPerLook = 4;

/// What the calling thread had of a processor.
Clock::duration thread_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

std::unique_ptr<Poller::Port> Poller::watch(int fd, Drain drain) {
  return std::make_unique<Port>(*this, fd, std::move(drain));
}

void Poller::run() {
  ::prctl(PR_SET_TIMERSLACK, kTimerSlack);
  while (!stopped_) {
    if (awake_.empty()) sleep();
    int empty = 0;
    Clock::time_point idle_since{};
    for (int rounds = 1; !awake_.empty() && !stopped_; ++rounds) {
      if (const std::size_t moved = round()) {
        packets_ += moved;
        ++busy_rounds_;
        empty = 0;
        if (moved < kFullRound && is_bulk() && busy_poll_.count() == 0) std::this_thread::sleep_for(kNap);
      } else if (++empty == 1) {
        idle_since = Clock::now();
      } else if (empty > kEmptyRounds) {
        const auto patience = is_bulk() ? busy_poll_ : std::max(busy_poll_, linger_);
        if (patience.count() == 0 || Clock::now() - idle_since >= patience) let_sleep();
      }
      const bool look = rounds % kRoundsPerLook == 0;
      if (look) watch_load();
      if (look || empty > 0) context_.poll();
    }
  }
}

bool Poller::is_bulk() const noexcept {
  return packets_ > kPacketsPerBulkRound * busy_rounds_;
}

/// Until something happens, and draws its conclusion from how long that took.
void Poller::sleep() {
  const auto began = Clock::now();
  asleep_since_.store(began.time_since_epoch().count(), std::memory_order_relaxed);
  context_.run_one();
  asleep_since_.store(0, std::memory_order_relaxed);
  linger_ = Clock::now() - began < kShortSleep ? kLinger : Clock::duration::zero();
  packets_ = 0;
  busy_rounds_ = 0;
}

void Poller::watch_load() {
  const auto now = Clock::now();
  const auto elapsed = now - window_began_;
  if (elapsed < kWindow) return;
  const auto used = thread_time() - window_used_;
  window_began_ = now;
  window_used_ += used;
  if (used >= kSaturated * elapsed) saturated_();
}

bool Poller::idle_for(Clock::duration time) const noexcept {
  const Clock::rep since = asleep_since_.load(std::memory_order_relaxed);
  return since != 0 && Clock::now().time_since_epoch() - Clock::duration(since) >= time;
}

/// How many packets came.
std::size_t Poller::round() {
  std::size_t packets = 0;
  // Draining one port may wake another: by index, and the newcomer gets its turn in this same round.
  for (std::size_t i = 0; i < awake_.size(); ++i) {  // NOLINT(modernize-loop-convert): grows meanwhile
    Port& port = *awake_[i];
    const auto moved = port.drain_();
    port.dead_ = !moved.has_value();
    packets += moved.value_or(0);
  }
  std::erase_if(awake_, [](Port* port) {
    if (port->dead_) port->awake_ = false;
    return port->dead_;
  });
  return packets;
}

void Poller::let_sleep() {
  for (Port* port : awake_) {
    port->awake_ = false;
    port->readiness_.arm();
  }
  awake_.clear();
}

Poller::Port::Port(Poller& poller, int fd, Drain drain)
    : poller_(poller), drain_(std::move(drain)), readiness_(poller.context_, fd, [this] { wake(); }) {
  readiness_.arm();
}

Poller::Port::~Port() {
  if (awake_) std::erase(poller_.awake_, this);
}

void Poller::Port::wake() {
  if (awake_ || dead_) return;
  awake_ = true;
  poller_.awake_.push_back(this);
}

}  // namespace vxtap::dataplane
