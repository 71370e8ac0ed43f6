#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "vxtap/fdb.hpp"

namespace vxtap {

/// Why a frame goes to the flood list (BUM).
enum class FloodKind : std::uint8_t { kBroadcast, kMulticast, kUnknownUnicast };

/// So many packets a second, and in a burst what a tenth of a second allows, or ten packets if that is more
/// (but never more than a second's). Any thread.
class TokenBucket {
 public:
  /// 0: no limit, which a new bucket has.
  void set_rate(std::uint32_t packets_a_second) noexcept {
    rate_.store(packets_a_second, std::memory_order_relaxed);
  }

  /// All of `packets` or none, so that a superframe passes whole; what it takes too much is missing after it.
  bool take(std::uint64_t packets, TimePoint now) noexcept;

  /// What take() would say to any number of packets; takes nothing.
  bool would_take(TimePoint now) const noexcept;
  /// Packets a second; 0: no limit.
  std::uint32_t rate() const noexcept { return rate_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t> rate_{0};
  std::atomic<std::int64_t> spent_until_{0};  // ns of the steady clock; tokens grow from there to now
};

/// A segment's limits of what is flooded.
struct StormControl {
  std::array<TokenBucket, 3> buckets;  ///< by FloodKind

  TokenBucket& of(FloodKind kind) noexcept { return buckets[static_cast<std::size_t>(kind)]; }
  const TokenBucket& of(FloodKind kind) const noexcept { return buckets[static_cast<std::size_t>(kind)]; }
};

}  // namespace vxtap
