#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "inspect/doctor_facts.hpp"

namespace vxtap::inspect {

/// What the counters were when the doctor was asked before, so that it can tell a fault that goes on from one
/// that was mended. One thread at a time.
class GrowthHistory {
 public:
  using Clock = std::chrono::steady_clock;
  /// Whoever asks twice in a row, to read it again, is told the same again.
  static constexpr std::chrono::seconds kLeastAge{5};

  /// Fills in what of each Growth is recent: since it was asked kLeastAge ago or longer, else in all.
  /// Remembers the totals.
  void judge(Facts& facts, Clock::time_point now);

 private:
  using Counts = std::map<std::string, std::vector<std::uint64_t>>;
  struct Snapshot {
    Clock::time_point taken;
    Counts counts;
  };
  std::deque<Snapshot> snapshots_;  // the first is the one to compare with, once it is old enough
};

}  // namespace vxtap::inspect
