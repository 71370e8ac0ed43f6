#include "dataplane/poller.hpp"

#include <algorithm>

namespace vxtap::dataplane {
namespace {

// Empty rounds before ports go to sleep: what answers within a few microseconds (the host behind a TAP) is
// there by then.
constexpr int kEmptyRounds = 4;

// Rounds between two looks at the io_context while there is work: it costs a system call.
constexpr int kRoundsPerLook = 4;

}  // namespace

std::unique_ptr<Poller::Port> Poller::watch(int fd, Drain drain) {
  return std::make_unique<Port>(*this, fd, std::move(drain));
}

void Poller::run() {
  using Clock = std::chrono::steady_clock;
  while (!stopped_) {
    if (awake_.empty()) context_.run_one();
    int empty = 0;
    Clock::time_point idle_since{};
    for (int rounds = 1; !awake_.empty() && !stopped_; ++rounds) {
      if (round()) {
        empty = 0;
      } else if (++empty == 1 && busy_poll_.count() > 0) {
        idle_since = Clock::now();
      } else if (empty > kEmptyRounds &&
                 (busy_poll_.count() == 0 || Clock::now() - idle_since > busy_poll_)) {
        let_sleep();
      }
      if (empty > 0 || rounds % kRoundsPerLook == 0) context_.poll();
    }
  }
}

/// Whether any port had something.
bool Poller::round() {
  bool busy = false;
  // Draining one port may wake another: by index, and the newcomer gets its turn in this same round.
  for (std::size_t i = 0; i < awake_.size(); ++i) {
    Port& port = *awake_[i];
    const auto moved = port.drain_();
    port.dead_ = !moved.has_value();
    busy = busy || moved.value_or(0) > 0;
  }
  std::erase_if(awake_, [](Port* port) {
    if (port->dead_) port->awake_ = false;
    return port->dead_;
  });
  return busy;
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
