#pragma once

#include <vector>

#include "ctl/styled_text.hpp"
#include "ctl/top_model.hpp"

/// Parts of the pages of top_view.hpp. Each panel has exactly as many lines as it is told, each exactly as
/// wide.
namespace vxtap::ctl {

/// The table of segments, its titles included, the selected one in view.
std::vector<Line> segment_panel(const TopModel& model, ScreenSize size);
/// Which remotes the selected segment's FDB points to.
std::vector<Line> remote_panel(const TopModel& model, ScreenSize size);
/// The reasons that counted, with their rates.
std::vector<Line> reason_panel(const TopModel& model, ScreenSize size);
/// The end of the stream of events.
std::vector<Line> event_panel(const TopModel& model, ScreenSize size);

/// Everything about the selected segment, as long as it is.
std::vector<Line> inside_lines(const TopModel& model, std::size_t width);

/// A rate, or "-" while it is not known.
std::string rate_or_dash(const std::optional<double>& rate);
/// A heading, and then `lines` until the height is reached; blank ones where there are too few.
std::vector<Line> panel(const std::string& heading, std::vector<Line> lines, ScreenSize size);

}  // namespace vxtap::ctl
