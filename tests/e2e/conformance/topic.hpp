#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "conformance/stage.hpp"

namespace vxtap::conformance {

/// Where the kernel's result is another, and why vxtapd's is not to be the same.
struct Difference {
  std::string result;
  std::string reason;
  bool possible = true;  ///< false: the kernel has no such setting, and is not asked
};
Difference no_such_setting(const std::string& reason);

/// One fact about a VXLAN implementation, observed in the same way in both.
struct Case {
  std::string name;
  Setup setup;
  std::function<std::string(Stage&)> observe;
  std::string expected;
  std::optional<Difference> kernel = {};
};

/// Observes every case first with the kernel, then with vxtapd, CHECKs that vxtapd's result is the expected
/// one and the kernel's the same or the listed difference, and writes both to the report, replacing the
/// topic's rows of an earlier run. Cases with the same setup that follow each other share its VTEP.
void run_topic(const std::string& topic, const std::vector<Case>& cases);

}  // namespace vxtap::conformance
