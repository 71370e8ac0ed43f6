#pragma once

#include <string>
#include <vector>

#include "ctl/counter_groups.hpp"
#include "ctl/styled_text.hpp"

namespace vxtap::ctl {

/// Where a block of `--watch` goes: a terminal of some size, or a pipe that takes any number of lines.
struct WatchFrame {
  std::string title;       ///< the first line
  std::size_t height = 0;  ///< of the terminal; 0: no terminal
};

/// Totals with their rates beside them. All rows where they are few (they fit the terminal, or 24 lines),
/// else those that are not zero, and on a terminal that is too low for them those that change.
std::vector<Line> watch_lines(const std::vector<CounterGroup>& groups, const WatchFrame& frame);

}  // namespace vxtap::ctl
