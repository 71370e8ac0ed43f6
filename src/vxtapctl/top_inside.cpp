#include <algorithm>
#include <span>

#include "ctl/number_text.hpp"
#include "ctl/table.hpp"
#include "ctl/top_panels.hpp"

namespace vxtap::ctl {
namespace {

constexpr std::size_t kMostEntries = 1000;

std::string rate_cell(const CounterRow& row) {
  if (!row.rate) return "-";
  return rate_text(*row.rate) + (row.bytes ? " bit/s" : " /s");
}

/// Losses only where there were any: twenty lines of zeros hide the one that is not.
std::vector<Line> counter_lines(const CounterGroup& group) {
  Table table({{"COUNTER"}, {"TOTAL", Align::kRight}, {"RATE", Align::kRight}});
  for (const auto& row : group.rows) {
    if (row.loss && row.total == 0) continue;
    const auto tone = row.loss ? Tone::kBad : Tone::kPlain;
    table.add({{row.label, tone}, {std::to_string(row.total), tone}, {rate_cell(row), tone}});
  }
  return table.lines();
}

std::vector<Line> remote_lines(const TopModel& model) {
  Table table({{"REMOTE"}, {"MACS", Align::kRight}, {"FLOODED TO"}});
  for (const auto& remote : model.remotes())
    table.add({{remote.destination}, {std::to_string(remote.entries)}, {remote.flooded ? "yes" : "no"}});
  return table.lines();
}

std::vector<Line> fdb_lines(const TopModel& model) {
  Table table({{"MAC"}, {"DST"}, {"STATE"}, {"ORIGIN"}, {"AGE", Align::kRight}});
  const auto shown = std::min(model.fdb().size(), kMostEntries);
  for (const auto& entry : std::span(model.fdb()).first(shown))
    table.add({{entry.mac}, {entry.destination}, {entry.state}, {entry.origin}, {entry.age}});
  auto lines = table.lines();
  if (shown < model.fdb().size())
    lines.push_back(
        {{"... and " + std::to_string(model.fdb().size() - shown) + " more; `vxtapctl fdb show --vni " +
              std::to_string(model.selected_row()->vni) + "` has all",
          Tone::kFaint}});
  return lines;
}

void append(std::vector<Line>& lines, std::vector<Line> more) {
  if (!lines.empty()) lines.emplace_back();
  lines.insert(lines.end(), more.begin(), more.end());
}

}  // namespace

std::vector<Line> inside_lines(const TopModel& model, std::size_t width) {
  const auto* row = model.selected_row();
  if (row == nullptr) return {};
  std::vector<Line> lines;
  append(lines, counter_lines(model.counters_of(*row)));
  if (model.knows_fdb()) {
    append(lines, remote_lines(model));
    append(lines, fdb_lines(model));
  } else {
    append(lines, {{{"the FDB is being read ..."}}});
  }
  for (auto& line : lines) line = cut(line, width);
  return lines;
}

}  // namespace vxtap::ctl
