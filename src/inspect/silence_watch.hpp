#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

#include "inspect/doctor_facts.hpp"
#include "vxtap/fdb.hpp"

namespace vxtap::inspect {

/// Notices that a segment was heard and is not any more. Only frames to stations that had been heard count as
/// sent: what a host floods (announcements, questions for addresses that nobody has) needs no answer, so that
/// a tunnel that is merely idle is not suspected. How many answers are to be expected is known from how many
/// there were before: a stream that goes one way only had next to none. One thread at a time.
class SilenceWatch {
 public:
  using Clock = std::chrono::steady_clock;

  /// Totals of a segment at one moment, packets.
  struct Counts {
    std::uint64_t sent = 0;  ///< not flooded
    std::uint64_t received = 0;
  };

  /// To be told every few seconds; what is between two calls counts as one moment.
  void note(SegmentKey segment, Counts counts, Clock::time_point now);
  /// What is to be said by the counts of this moment. Empty: nothing was received since the first note.
  std::optional<Silence> judge(SegmentKey segment, Counts counts, Clock::time_point now) const;
  /// Forgets all segments but those for which `stays` holds.
  template <class Stays>
  void keep(const Stays& stays) {
    std::erase_if(segments_, [&](const auto& one) { return !stays(one.first); });
  }

 private:
  struct Record {
    Counts last;                                  // when something was received, or at first
    std::optional<Clock::time_point> heard = {};  // when that was noted
    double sent = 0, received = 0;                // lately while it was heard; the past counts ever less
  };
  std::map<SegmentKey, Record> segments_;
};

}  // namespace vxtap::inspect
