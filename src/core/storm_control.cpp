#include "vxtap/storm_control.hpp"

#include <algorithm>

namespace vxtap {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kLeastBurst = 10;  // packets: an ARP exchange or two, however low the rate

constexpr std::int64_t burst_time(std::uint32_t rate) noexcept {
  return std::max(kSecond / 10, std::min(kSecond, kLeastBurst * kSecond / rate));
}

std::int64_t nanoseconds(TimePoint now) noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
}

/// Until when tokens are spent: they do not grow beyond a burst.
std::int64_t spent(std::int64_t until, std::int64_t at, std::uint32_t rate) noexcept {
  return std::max(until, at - burst_time(rate));
}

}  // namespace

bool TokenBucket::would_take(TimePoint now) const noexcept {
  const std::int64_t at = nanoseconds(now);
  return rate() == 0 || spent(spent_until_.load(std::memory_order_relaxed), at, rate()) < at;
}

bool TokenBucket::take(std::uint64_t packets, TimePoint now) noexcept {
  const std::uint32_t rate = rate_.load(std::memory_order_relaxed);
  if (rate == 0) return true;
  const std::int64_t at = nanoseconds(now);
  const auto cost = (static_cast<std::int64_t>(packets) * kSecond + rate - 1) / rate;
  std::int64_t before = spent_until_.load(std::memory_order_relaxed);
  for (;;) {
    const std::int64_t spent_before = spent(before, at, rate);
    if (spent_before >= at) return false;
    if (spent_until_.compare_exchange_weak(before, spent_before + cost, std::memory_order_relaxed))
      return true;
  }
}

}  // namespace vxtap
