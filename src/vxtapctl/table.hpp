#pragma once

#include <string>
#include <vector>

#include "ctl/style.hpp"
#include "ctl/styled_text.hpp"

namespace vxtap::ctl {

enum class Align { kLeft, kRight };

struct Column {
  std::string title;
  Align align = Align::kLeft;
};

struct Cell {
  std::string text;
  Tone tone = Tone::kPlain;
};

/// Rows under aligned columns, two blanks between them and none at a line's end.
class Table {
 public:
  explicit Table(std::vector<Column> columns);

  /// As many cells as there are columns.
  void add(std::vector<Cell> row);
  /// With the titles above, unless all are empty. Every line starts with `indent`.
  std::string print(const Style& style, const std::string& indent = "") const;
  /// The same before it is painted.
  std::vector<Line> lines(const std::string& indent = "") const;

 private:
  Line line(const std::vector<Cell>& row, const std::string& indent) const;

  std::vector<Column> columns_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<Cell>> rows_;
};

/// What prose and hex are laid out for, whatever the terminal: pipes and mails have none.
inline constexpr std::size_t kScreenWidth = 80;

/// `text` broken at blanks into lines of at most `width` characters; a longer word stands alone.
std::vector<std::string> wrap(const std::string& text, std::size_t width);

}  // namespace vxtap::ctl
