#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "support/catch.hpp"

namespace vxtap::test {

/// Nothing is expected to take that long on any machine: it only turns a wait without end into a failure.
inline constexpr std::chrono::seconds kPatience{60};

/// Fails with `what` when it never comes true.
template <typename Condition>
void wait_until(const std::string& what, Condition&& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) FAIL("waited in vain: " << what);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

}  // namespace vxtap::test
