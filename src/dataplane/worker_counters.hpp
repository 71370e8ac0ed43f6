#pragma once

#include <cstddef>
#include <cstdint>

#include "vxtap/counters.hpp"
#include "vxtap/segment.hpp"

namespace vxtap::dataplane {

/// Where one worker counts. That worker writes, any thread reads.
class WorkerCounters {
 public:
  /// `worker` is the index of this worker's SegmentCounters.
  explicit WorkerCounters(std::size_t worker) : worker_(worker) {}

  SegmentCounters& of(const Segment& segment) const noexcept { return segment.state->counters[worker_]; }

  /// `segment` is null when the drop came before it was known.
  void drop(const Segment* segment, DropReason reason, std::uint64_t packets) noexcept {
    (segment == nullptr ? unattributed_ : of(*segment).drops).add(reason, packets);
  }

  /// What was dropped before a segment was known.
  const DropCounters& unattributed() const noexcept { return unattributed_; }

  Counter superframes_refused;  ///< by the kernel behind a TAP: cut here
  Counter trains_refused;       ///< by the kernel below a socket: sent datagram by datagram

 private:
  const std::size_t worker_;
  DropCounters unattributed_;
};

/// End of the run beginning at `first` whose elements share `key_of`.
template <typename KeyOf>
std::size_t run_end(std::size_t first, std::size_t size, KeyOf&& key_of) {
  std::size_t end = first + 1;
  while (end < size && key_of(end) == key_of(first)) ++end;
  return end;
}

}  // namespace vxtap::dataplane
