#include <algorithm>
#include <array>
#include <cstdio>
#include <iomanip>
#include <ostream>

#include "report.hpp"

namespace vxtap::bench {
namespace {

using Line = std::vector<std::string>;

/// Three significant digits or all before the point.
std::string number(double value) {
  std::array<char, 32> text{};
  const int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 || value == 0 ? 2 : 3;
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string median_of(const Row& row, const std::string& system) {
  const auto found = row.medians.find(system);
  return found == row.medians.end() ? "-" : number(found->second);
}

std::string goal(const Row& row) {
  if (!row.goal) return "-";
  return row.goal->text() + (row.met ? ", met" : ", missed");
}

Line line(const Row& row, const std::vector<std::string>& others) {
  Line out{to_string(row.wire),
           row.metric,
           row.unit,
           median_of(row, "kernel"),
           median_of(row, "vxtap"),
           row.ratio ? number(row.ratio->of_medians) : "-",
           goal(row),
           row.ratio ? number(row.ratio->least) + ".." + number(row.ratio->greatest) : "-"};
  for (const auto& system : others) out.push_back(median_of(row, system));
  return out;
}

void write_aligned(std::ostream& out, const std::vector<Line>& lines) {
  std::vector<std::size_t> widths(lines.front().size());
  for (const auto& cells : lines)
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  constexpr std::size_t kWords = 3;  // columns of words on the left, numbers behind them
  for (const auto& cells : lines) {
    for (std::size_t i = 0; i < cells.size(); ++i)
      out << (i == 0 ? "" : "  ") << (i < kWords ? std::left : std::right)
          << std::setw(static_cast<int>(widths[i])) << cells[i];
    out << '\n';
  }
}

}  // namespace

void write_table(std::ostream& out, const Report& report) {
  const auto& [options, machine, date, records, rows] = report;
  out << "vxtap beside kernel vxlan, " << date << ", Linux " << machine.kernel << ", " << machine.cores
      << " x " << machine.cpu << "; medians of " << options.rounds << " rounds of " << options.length.count()
      << " s\n";
  Line head{"wire", "workload", "unit", "kernel", "vxtap", "ratio", "goal", "min..max"};
  head.insert(head.end(), options.against.begin(), options.against.end());
  std::vector<Line> lines{head};
  for (const auto& row : rows) lines.push_back(line(row, options.against));
  write_aligned(out, lines);
}

}  // namespace vxtap::bench
