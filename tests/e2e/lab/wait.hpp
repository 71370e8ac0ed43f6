#pragma once

#include <chrono>
#include <thread>

namespace vxtap::lab {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Generous: a test waits this long only when it is about to fail.
inline constexpr seconds kPatience{20};

/// Looks at the condition again and again until it holds; false when it did not within `patience`.
template <typename Condition>
bool eventually(Condition&& condition, milliseconds patience = kPatience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (true) {
    if (condition()) return true;
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(milliseconds(10));
  }
}

}  // namespace vxtap::lab
