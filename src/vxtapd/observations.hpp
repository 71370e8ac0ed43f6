#pragma once

#include <chrono>
#include <deque>
#include <set>
#include <vector>

#include "inspect/doctor_facts.hpp"
#include "vxtapd/event_queue.hpp"

namespace vxtap::daemon {

/// What the doctor wants to know of the past: bounded notes of what the packet path tells. Control thread.
class Observations {
 public:
  using Clock = std::chrono::steady_clock;

  void saw(const TableEvent& event, const std::string& segment, Clock::time_point now);

  /// Whether a MAC was learned behind that VTEP since the start.
  bool heard(const VtepAddress& remote) const { return heard_.contains(remote); }
  /// MACs that were held in the last minutes, each once.
  std::vector<inspect::HeldMac> held(Clock::time_point now) const;

 private:
  struct Held {
    Clock::time_point when;
    inspect::HeldMac mac;
  };
  std::set<VtepAddress> heard_;
  std::deque<Held> held_;  // oldest first
};

}  // namespace vxtap::daemon
