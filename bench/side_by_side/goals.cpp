#include "goals.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace vxtap::bench {
namespace {

constexpr auto kDefault = WireCondition::kDefault;
constexpr auto kPlain = WireCondition::kPlain;

struct Entry {
  std::string_view metric;
  std::optional<WireCondition> wire;  ///< empty: any
  Goal goal;
};

constexpr Goal at_least(double limit) {
  return {Goal::Of::kRatio, Goal::Sense::kAtLeast, limit};
}
constexpr Goal at_most(double limit) {
  return {Goal::Of::kRatio, Goal::Sense::kAtMost, limit};
}

constexpr Entry kGoals[] = {
    {"tcp1", kDefault, at_least(0.8)},
    {"tcp1", kPlain, at_least(1.2)},
    {"tcp4", kDefault, at_least(0.6)},
    {"tcp4", kPlain, at_least(1)},
    {"tcp1 CPU", {}, at_most(1.6)},
    {"tcp4 CPU", {}, at_most(1.6)},
    {"udp18", kDefault, at_least(2.5)},
    {"udp18", kPlain, at_least(2)},
    {"udp512", kPlain, at_least(2)},
    {"udp1372", kDefault, at_least(2.5)},
    {"udp1372", kPlain, at_least(2)},
    {"flood64", {}, at_least(1)},
    {"paced", {}, {Goal::Of::kValue, Goal::Sense::kAtMost, 0.01}},
};

}  // namespace

std::string Goal::text() const {
  char text[32];
  std::snprintf(text, sizeof text, "%s %g%s", sense == Sense::kAtLeast ? ">=" : "<=", limit,
                of == Of::kRatio ? " x" : "");
  return text;
}

std::optional<Goal> goal_for(std::string_view metric, WireCondition wire, bool busy_poll) {
  if (metric == "icmp") return at_most(busy_poll ? 3 : 5);
  const auto found = std::find_if(std::begin(kGoals), std::end(kGoals), [&](const Entry& entry) {
    return entry.metric == metric && entry.wire.value_or(wire) == wire;
  });
  if (found == std::end(kGoals)) return std::nullopt;
  return found->goal;
}

}  // namespace vxtap::bench
