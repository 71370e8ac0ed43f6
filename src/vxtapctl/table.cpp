#include "ctl/table.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace vxtap::ctl {

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (const auto& column : columns_) widths_.push_back(width_of(column.title));
}

void Table::add(std::vector<Cell> row) {
  for (std::size_t i = 0; i < row.size(); ++i) widths_[i] = std::max(widths_[i], width_of(row[i].text));
  rows_.push_back(std::move(row));
}

std::string Table::print(const Style& style, const std::string& indent) const {
  std::string out;
  for (const auto& line : lines(indent)) out += paint(line, style) + '\n';
  return out;
}

std::vector<Line> Table::lines(const std::string& indent) const {
  std::vector<Cell> titles;
  bool titled = false;
  for (const auto& column : columns_) {
    titles.push_back({column.title, Tone::kHeading});
    titled = titled || !column.title.empty();
  }
  std::vector<Line> out;
  if (titled) out.push_back(line(titles, indent));
  for (const auto& row : rows_) out.push_back(line(row, indent));
  return out;
}

Line Table::line(const std::vector<Cell>& row, const std::string& indent) const {
  Line out;
  std::string gap = indent;  // owed before the next text, so that none trails
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string fill(widths_[i] - width_of(row[i].text), ' ');
    const bool right = columns_[i].align == Align::kRight;
    if (right) gap += fill;
    if (!row[i].text.empty()) {
      out.push_back({std::exchange(gap, "")});
      out.push_back({row[i].text, row[i].tone});
    }
    if (!right) gap += fill;
    gap += "  ";
  }
  return out;
}

std::vector<std::string> wrap(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (lines.empty() || lines.back().size() + 1 + word.size() > width) {
      lines.push_back(word);
    } else {
      lines.back() += ' ' + word;
    }
  }
  return lines;
}

}  // namespace vxtap::ctl
