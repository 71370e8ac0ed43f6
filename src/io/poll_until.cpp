#include "io/poll_until.hpp"

#include <algorithm>

namespace vxtap::io {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// How often a stop is looked for.
constexpr milliseconds kSlice{50};

}  // namespace

bool poll_until(std::span<pollfd> watched, Clock::time_point end, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
    if (left.count() <= 0) return false;
    if (poll(watched.data(), watched.size(), static_cast<int>(std::min(left, kSlice).count())) > 0)
      return true;
  }
  return false;
}

}  // namespace vxtap::io
