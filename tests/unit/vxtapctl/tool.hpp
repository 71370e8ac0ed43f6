#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "ctl/run.hpp"

namespace vxtap::test {

/// What one run of vxtapctl came to.
struct ToolResult {
  int code = -1;
  std::string out;
  std::string err;
};

inline ToolResult run_tool(const std::vector<std::string>& words, bool colour = false) {
  std::vector<const char*> argv{"vxtapctl"};
  for (const auto& word : words) argv.push_back(word.c_str());
  std::ostringstream out;
  std::ostringstream err;
  const auto code = ctl::run(static_cast<int>(argv.size()), argv.data(),
                             {.out = out, .err = err, .style = ctl::Style(colour)});
  return {static_cast<int>(code), out.str(), err.str()};
}

}  // namespace vxtap::test
