#pragma once

#include <random>

#include "support/catch.hpp"

namespace vxtap::test {

/// Another seed in each run, from which a case may count up; or the one given as `--rng-seed`, so that a
/// failure that printed it is seen again.
inline std::uint32_t some_seed() {
  const auto given = Catch::getSeed();
  return given != 0 ? given : std::random_device{}() / 2;
}

}  // namespace vxtap::test
