#pragma once

#include <vector>

#include "ctl/styled_text.hpp"
#include "ctl/top_model.hpp"

/// What `vxtapctl top` shows, as lines that fill a screen of any size: never more of them than it is high,
/// none wider than it is.
namespace vxtap::ctl {

std::vector<Line> top_lines(const TopModel& model, ScreenSize size);

/// Whether the page needs the FDB of the selected segment.
bool shows_fdb(const TopModel& model, ScreenSize size);
/// How far the page inside a segment scrolls (TopModel::limit_scroll).
std::size_t most_scroll(const TopModel& model, ScreenSize size);

}  // namespace vxtap::ctl
