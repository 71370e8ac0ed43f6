#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire_condition.hpp"

namespace vxtap::bench {

/// What vxtap is meant to reach. Printed beside the result, never a reason to fail.
struct Goal {
  enum class Of { kRatio, kValue };  ///< of vxtap over kernel, or vxtap's own number
  enum class Sense { kAtLeast, kAtMost };

  Of of = Of::kRatio;
  Sense sense = Sense::kAtLeast;
  double limit = 0;

  bool met(double number) const noexcept {
    return sense == Sense::kAtLeast ? number >= limit : number <= limit;
  }
  /// ">= 0.8 x" for a ratio, "<= 0.01" for a value.
  std::string text() const;
};

/// Empty when none is set for this metric on this wire.
std::optional<Goal> goal_for(std::string_view metric, WireCondition wire, bool busy_poll);

}  // namespace vxtap::bench
