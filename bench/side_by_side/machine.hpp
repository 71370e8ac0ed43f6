#pragma once

#include <string>

namespace vxtap::bench {

/// Where the numbers come from.
struct Machine {
  std::string kernel;  ///< its release
  std::string cpu;     ///< the model's name
  long cores = 0;      ///< online
};
Machine this_machine();

/// Now in UTC, as ISO 8601 writes it.
std::string utc_now();

}  // namespace vxtap::bench
