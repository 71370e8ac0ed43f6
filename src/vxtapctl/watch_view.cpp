#include "ctl/watch_view.hpp"

#include <algorithm>

#include "ctl/number_text.hpp"
#include "ctl/table.hpp"

namespace vxtap::ctl {
namespace {

constexpr std::size_t kFewLines = 24;

enum class Shown { kAll, kCounted, kMoving };

bool moves(const CounterRow& row) {
  return row.rate.value_or(0) > 0;
}
bool is_shown(const CounterRow& row, Shown which) {
  return which == Shown::kAll || moves(row) || (which == Shown::kCounted && row.total != 0);
}

std::string rate_cell(const CounterRow& row) {
  if (!row.rate) return "-";
  return rate_text(*row.rate) + (row.bytes ? " bit/s" : " /s");
}

Table table_of(const std::vector<CounterGroup>& groups, Shown which) {
  Table table({{"COUNTER"}, {"TOTAL", Align::kRight}, {"RATE", Align::kRight}, {""}});
  for (const auto& group : groups) {
    bool titled = group.title.empty();
    for (const auto& row : group.rows) {
      if (!is_shown(row, which)) continue;
      if (!titled) table.add({{group.title, Tone::kHeading}, {}, {}, {}});
      titled = true;
      const auto tone = row.loss && row.total != 0 ? Tone::kBad : Tone::kPlain;
      table.add({{(group.title.empty() ? "" : "  ") + row.label, tone},
                 {std::to_string(row.total), tone},
                 {rate_cell(row), row.loss && moves(row) ? Tone::kBad : Tone::kPlain},
                 {row.note, Tone::kFaint}});
    }
  }
  return table;
}

std::size_t lines_of(const std::vector<CounterGroup>& groups, Shown which) {
  std::size_t lines = 1;  // the titles
  for (const auto& group : groups) {
    const auto rows = std::count_if(group.rows.begin(), group.rows.end(),
                                    [&](const CounterRow& row) { return is_shown(row, which); });
    if (rows != 0) lines += static_cast<std::size_t>(rows) + (group.title.empty() ? 0 : 1);
  }
  return lines;
}

Shown choice(const std::vector<CounterGroup>& groups, std::size_t height) {
  const auto room = height == 0 ? kFewLines : height - 1;
  if (lines_of(groups, Shown::kAll) <= room) return Shown::kAll;
  const bool fits = height == 0 || lines_of(groups, Shown::kCounted) <= room;
  return fits ? Shown::kCounted : Shown::kMoving;
}

void cut_to(std::vector<Line>& lines, std::size_t height) {
  if (height == 0 || lines.size() <= height) return;
  const auto hidden = lines.size() - height + 1;
  lines.resize(height - 1);
  lines.push_back({{"... and " + std::to_string(hidden) + " more lines", Tone::kFaint}});
}

}  // namespace

std::vector<Line> watch_lines(const std::vector<CounterGroup>& groups, const WatchFrame& frame) {
  const auto which = choice(groups, frame.height);
  auto rows = table_of(groups, which).lines();
  const char* hint = which == Shown::kCounted  ? "  (rows that are not zero)"
                     : which == Shown::kMoving ? "  (rows that change)"
                                               : "";
  std::vector<Line> lines{{{frame.title, Tone::kHeading}, {hint, Tone::kFaint}}};
  if (rows.size() <= 1) rows = {{{which == Shown::kMoving ? "nothing changes" : "nothing was counted yet"}}};
  lines.insert(lines.end(), rows.begin(), rows.end());
  cut_to(lines, frame.height);
  return lines;
}

}  // namespace vxtap::ctl
