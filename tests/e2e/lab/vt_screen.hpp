#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vxtap::lab {

/// What a terminal of the xterm kind shows after the bytes it was sent, as far as programs with TERM=xterm
/// use it (ECMA-48 and xterm's ctlseqs). Throws std::runtime_error for a sequence it does not know, so that
/// no test reads a screen that it misunderstood.
class VtScreen {
 public:
  VtScreen(std::size_t columns, std::size_t rows) { resize(columns, rows); }

  void feed(std::string_view bytes);
  /// As a terminal that cuts and fills; the program is expected to draw again.
  void resize(std::size_t columns, std::size_t rows);

  /// Lines without the blanks at their ends.
  std::string text() const;
  bool alternate() const noexcept { return alternate_; }
  bool cursor_visible() const noexcept { return cursor_visible_; }
  /// Whether any colour was ever set.
  bool used_colour() const noexcept { return used_colour_; }
  /// Text that stands in reverse video now.
  std::string reversed_text() const;

 private:
  struct Cell {
    std::string character = " ";
    bool reversed = false;
  };
  using Grid = std::vector<std::vector<Cell>>;

  std::size_t sequence(std::string_view rest);
  std::size_t control_sequence(std::string_view rest);
  void execute(char final, const std::vector<std::size_t>& numbers);
  void erase(char final, std::size_t which);
  void set_mode(std::size_t mode, bool on);
  void set_rendition(const std::vector<std::size_t>& numbers);
  void put(const std::string& character);
  void line_feed();
  void scroll(std::size_t top, std::size_t bottom, std::ptrdiff_t up);
  Grid blank() const { return Grid(rows_, std::vector<Cell>(columns_)); }
  Grid& grid() { return alternate_ ? alternate_grid_ : main_grid_; }
  const Grid& grid() const { return alternate_ ? alternate_grid_ : main_grid_; }

  std::size_t columns_ = 0, rows_ = 0, row_ = 0, column_ = 0;
  std::size_t top_ = 0, bottom_ = 0;  // of the scrolling region, both in it
  Grid main_grid_, alternate_grid_;
  bool alternate_ = false, cursor_visible_ = true, used_colour_ = false, reversed_ = false;
  std::string last_ = " ";  // for REP
  std::string held_;        // a sequence whose end has not come yet
};

}  // namespace vxtap::lab
