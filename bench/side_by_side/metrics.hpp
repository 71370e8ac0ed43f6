#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "goals.hpp"
#include "session.hpp"

namespace vxtap::bench {

/// One line of the summary: a number of one workload on one wire, in all systems.
struct Row {
  WireCondition wire = WireCondition::kDefault;
  std::string metric;  ///< the workload's name, or with what was counted beside its value
  std::string unit;
  std::map<std::string, double> medians = {};  ///< over the rounds, by system

  /// vxtap over kernel: of the medians, and the least and greatest of the rounds. Empty when the kernel's
  /// number is zero.
  struct Ratio {
    double of_medians = 0;
    double least = 0;
    double greatest = 0;
  };
  std::optional<Ratio> ratio = {};

  std::optional<Goal> goal = {};
  bool met = false;  ///< the goal
};

/// What was measured, in the order of the workloads; the goals are those for `options`.
std::vector<Row> summarise(const std::vector<Record>& records, const Options& options);

}  // namespace vxtap::bench
