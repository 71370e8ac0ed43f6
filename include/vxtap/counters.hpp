#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "vxtap/drop_reason.hpp"

namespace vxtap {

/// A count with one writer: that thread adds without a locked instruction, any thread reads.
class Counter {
 public:
  void add(std::uint64_t n) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::uint64_t read() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Frames lost, by reason. One writer.
class DropCounters {
 public:
  void add(DropReason reason, std::uint64_t n = 1) noexcept {
    counts_[static_cast<std::size_t>(reason)].add(n);
  }
  std::uint64_t read(DropReason reason) const noexcept {
    return counts_[static_cast<std::size_t>(reason)].read();
  }

 private:
  std::array<Counter, kDropReasonCount> counts_;
};

/// Packets and bytes of inner frames; a superframe counts as the packets it stands for.
struct TrafficCounter {
  Counter packets;
  Counter bytes;
};

/// What one direction of one worker did for one segment. One writer; summed over all when read.
struct alignas(64) SegmentCounters {
  TrafficCounter tx;       ///< TAP to underlay, once per frame however many copies left
  TrafficCounter rx;       ///< underlay to TAP
  Counter flooded;         ///< frames sent to the flood list
  Counter flooded_copies;  ///< copies that made
  Counter suppressed;      ///< ARP/ND answered here
  Counter partial_checksum_completed;
  Counter fdb_full;  ///< frames forwarded whose source could not be learned
  DropCounters drops;
};

/// Sums of SegmentCounters, and of DropCounters before a segment is known: plain numbers.
struct SegmentTotals {
  std::uint64_t tx_packets = 0, tx_bytes = 0, rx_packets = 0, rx_bytes = 0;
  std::uint64_t flooded = 0, flooded_copies = 0, suppressed = 0, partial_checksum_completed = 0, fdb_full = 0;
  std::array<std::uint64_t, kDropReasonCount> drops{};

  void add(const SegmentCounters& counters) noexcept;
};

}  // namespace vxtap
