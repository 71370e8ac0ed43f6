#include <algorithm>
#include <array>
#include <cmath>

#include "ctl/top_panels.hpp"

namespace vxtap::ctl {
namespace {

std::string percent(const TopRow& row) {
  if (row.fdb_limit == 0) return "-";
  return std::to_string(
             std::lround(100.0 * static_cast<double>(row.fdb_entries) / static_cast<double>(row.fdb_limit))) +
         '%';
}

/// A column of the table of segments.
struct TopColumn {
  const char* title;
  std::size_t width;  ///< 0: what the others leave
  int weight;         ///< the lightest is left out first when the screen is narrow
  std::optional<TopSort> sort;
  std::string (*cell)(const TopRow&);
};

const std::array kColumns{
    TopColumn{"VNI", 8, 9, TopSort::kVni, [](const TopRow& row) { return std::to_string(row.vni); }},
    TopColumn{"NAME", 0, 9, TopSort::kName, [](const TopRow& row) { return row.name; }},
    TopColumn{"TAP", 8, 2, {}, [](const TopRow& row) { return row.tap; }},
    TopColumn{"STAT", 4, 6, {}, [](const TopRow& row) { return row.state.empty() ? "-" : row.state; }},
    TopColumn{"TXpps", 6, 4, TopSort::kTxPackets,
              [](const TopRow& row) { return rate_or_dash(row.tx_packets); }},
    TopColumn{"TXbps", 6, 8, TopSort::kTxBits, [](const TopRow& row) { return rate_or_dash(row.tx_bits); }},
    TopColumn{"RXpps", 6, 4, TopSort::kRxPackets,
              [](const TopRow& row) { return rate_or_dash(row.rx_packets); }},
    TopColumn{"RXbps", 6, 8, TopSort::kRxBits, [](const TopRow& row) { return rate_or_dash(row.rx_bits); }},
    TopColumn{"FLDps", 6, 3, TopSort::kFlooded, [](const TopRow& row) { return rate_or_dash(row.flooded); }},
    TopColumn{"DRPps", 6, 7, TopSort::kDrops, [](const TopRow& row) { return rate_or_dash(row.drops); }},
    TopColumn{"FDB", 4, 1, TopSort::kFdb, percent},
};

using Columns = std::vector<std::pair<const TopColumn*, std::size_t>>;

/// Those that find room, with their widths.
Columns columns_for(std::size_t width) {
  constexpr std::size_t kNarrowestName = 10;
  Columns chosen;
  for (const auto& column : kColumns) chosen.emplace_back(&column, column.width);
  const auto needed = [&] {
    std::size_t sum = chosen.size() - 1 + kNarrowestName;
    for (const auto& [column, columns] : chosen) sum += columns;
    return sum;
  };
  while (needed() > width && chosen.size() > 2)
    chosen.erase(std::min_element(chosen.begin(), chosen.end(), [](const auto& left, const auto& right) {
      return left.first->weight < right.first->weight;
    }));
  for (auto& [column, columns] : chosen)
    if (columns == 0) columns = width >= needed() ? width - needed() + kNarrowestName : kNarrowestName;
  return chosen;
}

bool is_number(const TopColumn& column) {
  return column.sort.has_value() && column.sort != TopSort::kName;
}

Tone tone_of(const TopColumn& column, const TopRow& row) {
  const bool state = std::string_view(column.title) == "STAT";
  if (state && !row.state.empty()) return row.state == "UP" ? Tone::kGood : Tone::kBad;
  return column.sort == TopSort::kDrops && row.drops.value_or(0) > 0 ? Tone::kBad : Tone::kPlain;
}

Line titles(const TopModel& model, const Columns& columns) {
  Line line;
  for (const auto& [column, width] : columns) {
    if (!line.empty()) line.push_back({" "});
    line.push_back({fitted(column->title, width, is_number(*column)),
                    column->sort == model.sort() ? Tone::kSelected : Tone::kHeading});
  }
  return line;
}

Line row_line(const TopRow& row, const Columns& columns, bool selected) {
  Line line;
  for (const auto& [column, width] : columns) {
    if (!line.empty()) line.push_back({" ", selected ? Tone::kSelected : Tone::kPlain});
    line.push_back({fitted(column->cell(row), width, is_number(*column)),
                    selected ? Tone::kSelected : tone_of(*column, row)});
  }
  return line;
}

}  // namespace

std::vector<Line> segment_panel(const TopModel& model, ScreenSize size) {
  const auto columns = columns_for(size.width);
  std::vector<Line> lines{titles(model, columns)};
  const auto room = size.height - std::min<std::size_t>(size.height, 1);
  const auto& rows = model.rows();
  // The selected one in the middle, but for the ends of the list.
  const auto last = rows.size() - std::min(rows.size(), room);
  const auto first = std::min(last, model.selected() - std::min(model.selected(), room / 2));
  for (auto i = first; i < rows.size() && lines.size() <= room; ++i)
    lines.push_back(row_line(rows[i], columns, i == model.selected()));
  if (rows.empty())
    lines.push_back({{model.segments() == 0 ? "no segments" : "no segment is left by the filter"}});
  lines.resize(size.height);
  for (auto& line : lines) line = fitted(line, size.width);
  return lines;
}

}  // namespace vxtap::ctl
