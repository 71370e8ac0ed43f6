#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace vxtap::config {

/// What a reload has to do. A segment is the same one as before when its VNI, local address, port and device
/// are; everything else about it may change.
struct Difference {
  /// Indices into `before.segments` and `after.segments`.
  struct Pair {
    std::size_t before;
    std::size_t after;
    bool operator==(const Pair&) const = default;
  };

  std::vector<std::size_t> added;    ///< in `after`
  std::vector<std::size_t> removed;  ///< in `before`
  std::vector<Pair> changed;
  std::vector<Pair> unchanged;
  /// What changed but waits for a restart, each as "workers: from auto to 4".
  std::vector<std::string> needs_restart;
};

Difference difference(const Config& before, const Config& after);

}  // namespace vxtap::config
