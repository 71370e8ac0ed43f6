#pragma once

#include <string>

namespace vxtap::test {

/// Why this machine cannot run the executable's cases; empty when it can. Each test executable is given one
/// definition by vxtap_discover_tests().
std::string missing_requirement();

}  // namespace vxtap::test
