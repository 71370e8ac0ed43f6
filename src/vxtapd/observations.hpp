#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "inspect/doctor_facts.hpp"
#include "inspect/silence_watch.hpp"
#include "vxtapd/event_queue.hpp"
#include "vxtapd/state.hpp"

namespace vxtap::daemon {

/// What the doctor wants to know of the past: bounded notes of what the packet path tells. Control thread.
class Observations {
 public:
  using Clock = std::chrono::steady_clock;
  struct Traffic {
    std::uint64_t sent = 0, received = 0;
  };

  /// What the segments carried so far is the past: of all that are new, or have other peers than `before`.
  void begin_anew(const State& before, const State& now);
  /// Packets of the segment since then.
  Traffic traffic(const SegmentRecord& segment) const;

  void saw(const TableEvent& event, const std::string& segment, Clock::time_point now);

  void saw(const StrangerEvent& event);
  void saw(const UnmappedEvent& event);

  /// Whether a MAC was learned behind that VTEP since the start.
  bool heard(const VtepAddress& remote) const { return heard_.contains(remote); }
  /// MACs that were held in the last minutes, each once.
  std::vector<inspect::HeldMac> held(Clock::time_point now) const;
  /// Who was refused last: by the segment, or with no key for a VNI that is unknown.
  std::optional<inspect::Stranger> stranger(const std::optional<SegmentKey>& segment) const;
  /// What the host sent into the trunk `tap` lately, and at least how many of that.
  inspect::Unmapped unmapped(TapId tap) const;

  /// Which segments fell silent; told of their traffic every few seconds.
  inspect::SilenceWatch& silence() noexcept { return silence_; }
  const inspect::SilenceWatch& silence() const noexcept { return silence_; }

 private:
  struct Held {
    Clock::time_point when;
    inspect::HeldMac mac;
  };
  std::map<SegmentKey, Traffic> begun_;
  std::set<VtepAddress> heard_;
  std::deque<Held> held_;  // oldest first
  std::map<std::optional<SegmentKey>, inspect::Stranger> strangers_;
  std::map<TapId, inspect::Unmapped> unmapped_;
  inspect::SilenceWatch silence_;
};

}  // namespace vxtap::daemon
