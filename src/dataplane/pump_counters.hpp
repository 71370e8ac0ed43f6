#pragma once

#include <cstddef>
#include <cstdint>

#include "dataplane/probes.hpp"
#include "vxtap/counters.hpp"
#include "vxtap/segment.hpp"

namespace vxtap::dataplane {

/// Where one pump counts. Its thread writes, any thread reads.
class PumpCounters {
 public:
  /// `shard` is the index of this pump's SegmentCounters.
  explicit PumpCounters(std::size_t shard) : shard_(shard) {}

  SegmentCounters& of(const Segment& segment) const noexcept { return segment.state->counters[shard_]; }

  /// `segment` is null when the drop came before it was known.
  void drop(const Segment* segment, DropReason reason, std::uint64_t packets) noexcept {
    probe_drop(segment, reason, packets);
    (segment == nullptr ? unattributed_ : of(*segment).drops).add(reason, packets);
  }

  /// What was dropped before a segment was known.
  const DropCounters& unattributed() const noexcept { return unattributed_; }

  Counter superframes_refused;  ///< by the kernel behind a TAP: cut here
  Counter trains_refused;       ///< by the kernel below a socket: sent datagram by datagram

 private:
  const std::size_t shard_;
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
