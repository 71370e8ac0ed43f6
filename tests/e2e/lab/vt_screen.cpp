#include "lab/vt_screen.hpp"

#include <algorithm>
#include <stdexcept>

namespace vxtap::lab {
namespace {

constexpr char kEscape = '\033';
constexpr std::size_t kIncomplete = 0;

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

std::size_t number_at(const std::vector<std::size_t>& numbers, std::size_t index, std::size_t otherwise) {
  return index < numbers.size() && numbers[index] != 0 ? numbers[index] : otherwise;
}

std::vector<std::size_t> numbers_of(std::string_view text) {
  std::vector<std::size_t> numbers{0};
  for (const char letter : text) {
    if (letter == ';') {
      numbers.push_back(0);
    } else if (letter >= '0' && letter <= '9') {
      numbers.back() = numbers.back() * 10 + static_cast<std::size_t>(letter - '0');
    }
  }
  return numbers;
}

}  // namespace

void VtScreen::resize(std::size_t columns, std::size_t rows) {
  columns_ = columns, rows_ = rows, top_ = 0, bottom_ = rows - 1;
  for (auto* each : {&main_grid_, &alternate_grid_}) {
    each->resize(rows);
    for (auto& line : *each) line.resize(columns);
  }
  row_ = std::min(row_, rows - 1);
  column_ = std::min(column_, columns - 1);
}

void VtScreen::feed(std::string_view bytes) {
  const std::string all = held_ + std::string(bytes);
  held_.clear();
  for (std::size_t i = 0; i < all.size();) {
    if (all[i] == kEscape) {
      const auto taken = sequence(std::string_view(all).substr(i));
      if (taken == kIncomplete) return held_.assign(all, i), void();
      i += taken;
      continue;
    }
    std::size_t end = i + 1;
    while (end < all.size() && continues_character(all[end])) ++end;
    const auto character = all.substr(i, end - i);
    i = end;
    if (character == "\n") {
      line_feed();
    } else if (character == "\r") {
      column_ = 0;
    } else if (character == "\b") {
      column_ -= std::min<std::size_t>(column_, 1);
    } else if (character == "\t") {
      column_ = std::min(columns_ - 1, (column_ / 8 + 1) * 8);
    } else if (static_cast<unsigned char>(character[0]) >= ' ') {
      put(character);
    }
  }
}

std::size_t VtScreen::sequence(std::string_view rest) {
  if (rest.size() < 2) return kIncomplete;
  switch (rest[1]) {
    case '[':
      return control_sequence(rest);
    case '(':  // character sets: none but ASCII is drawn with
    case ')':
      return rest.size() < 3 ? kIncomplete : 3;
    case 'M':
      row_ == top_ ? scroll(top_, bottom_, -1) : void(--row_);
      return 2;
    case '=':  // keypad modes, save and restore
    case '>':
    case '7':
    case '8':
      return 2;
    default:
      throw std::runtime_error("VtScreen: ESC " + std::string(1, rest[1]));
  }
}

std::size_t VtScreen::control_sequence(std::string_view rest) {
  const auto end =
      std::find_if(rest.begin() + 2, rest.end(), [](char letter) { return letter >= '@' && letter <= '~'; });
  if (end == rest.end()) return kIncomplete;
  const auto size = static_cast<std::size_t>(end - rest.begin()) + 1;
  const auto inside = rest.substr(2, size - 3);
  const auto numbers = numbers_of(inside);
  if (inside.starts_with('?')) {
    if (*end != 'h' && *end != 'l') throw std::runtime_error("VtScreen: CSI ?" + std::string(1, *end));
    for (const auto mode : numbers) set_mode(mode, *end == 'h');
  } else if (*end == 'm') {
    set_rendition(numbers);
  } else {
    execute(*end, numbers);
  }
  return size;
}

void VtScreen::execute(char final, const std::vector<std::size_t>& numbers) {
  const auto count = number_at(numbers, 0, 1);
  const auto down_to = [](std::size_t from, std::size_t by) { return from - std::min(from, by); };
  switch (final) {
    case 'H':
      row_ = std::min(rows_, count) - 1;
      column_ = std::min(columns_, number_at(numbers, 1, 1)) - 1;
      return;
    case 'd':
      row_ = std::min(rows_, count) - 1;
      return;
    case 'G':
      column_ = std::min(columns_, count) - 1;
      return;
    case 'A':
      row_ = down_to(row_, count);
      return;
    case 'B':
      row_ = std::min(rows_ - 1, row_ + count);
      return;
    case 'C':
      column_ = std::min(columns_ - 1, column_ + count);
      return;
    case 'D':
      column_ = down_to(column_, count);
      return;
    case 'J':
    case 'K':
      return erase(final, numbers[0]);
    case 'X':
      for (auto i = column_; i < std::min(columns_, column_ + count); ++i) grid()[row_][i] = {};
      return;
    case 'P':
    case '@': {
      auto& line = grid()[row_];
      const auto at = line.begin() + static_cast<std::ptrdiff_t>(column_);
      if (final == 'P') line.erase(at, at + static_cast<std::ptrdiff_t>(std::min(count, columns_ - column_)));
      if (final == '@') line.insert(at, count, Cell{});
      line.resize(columns_);
      return;
    }
    case 'L':
      return scroll(row_, bottom_, -static_cast<std::ptrdiff_t>(count));
    case 'M':
      return scroll(row_, bottom_, static_cast<std::ptrdiff_t>(count));
    case 'S':
      return scroll(top_, bottom_, static_cast<std::ptrdiff_t>(count));
    case 'T':
      return scroll(top_, bottom_, -static_cast<std::ptrdiff_t>(count));
    case 'b':
      for (std::size_t i = 0; i < count; ++i) put(last_);
      return;
    case 'r':
      top_ = count - 1;
      bottom_ = std::min(rows_, number_at(numbers, 1, rows_)) - 1;
      row_ = column_ = 0;
      return;
    case 'h':  // insert mode and the like, never left on
    case 'l':
    case 't':  // window titles
      return;
    default:
      throw std::runtime_error("VtScreen: CSI " + std::string(1, final));
  }
}

void VtScreen::erase(char final, std::size_t which) {
  auto& cells = grid();
  const auto at = static_cast<std::ptrdiff_t>(column_);
  const auto last = std::min(column_, columns_ - 1);
  if (final == 'J') {
    for (std::size_t row = 0; row < rows_; ++row)
      if (which >= 2 || (which == 0 && row > row_) || (which == 1 && row < row_))
        cells[row].assign(columns_, {});
  }
  auto& line = cells[row_];
  if (which == 0)
    std::fill(line.begin() + std::min(at, static_cast<std::ptrdiff_t>(columns_)), line.end(), Cell{});
  if (which == 1) std::fill(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(last) + 1, Cell{});
  if (which >= 2) line.assign(columns_, {});
}

void VtScreen::set_mode(std::size_t mode, bool on) {
  if (mode == 25) cursor_visible_ = on;
  if (mode != 1049) return;
  alternate_ = on;
  if (on) alternate_grid_ = blank();
}

void VtScreen::set_rendition(const std::vector<std::size_t>& numbers) {
  for (const auto number : numbers) {
    if (number == 7) reversed_ = true;
    if (number == 0 || number == 27) reversed_ = false;
    if ((number >= 30 && number <= 38) || (number >= 40 && number <= 48)) used_colour_ = true;
  }
}

void VtScreen::put(const std::string& character) {
  if (column_ >= columns_) {  // the wrap was owed
    column_ = 0;
    line_feed();
  }
  grid()[row_][column_++] = {character, reversed_};
  last_ = character;
}

void VtScreen::line_feed() {
  row_ == bottom_ ? scroll(top_, bottom_, 1) : void(row_ = std::min(rows_ - 1, row_ + 1));
}

void VtScreen::scroll(std::size_t top, std::size_t bottom, std::ptrdiff_t up) {
  auto& cells = grid();
  const auto before = cells;
  for (auto row = top; row <= bottom; ++row) {
    const auto from = static_cast<std::ptrdiff_t>(row) + up;
    const bool inside =
        from >= static_cast<std::ptrdiff_t>(top) && from <= static_cast<std::ptrdiff_t>(bottom);
    cells[row] = inside ? before[static_cast<std::size_t>(from)] : std::vector<Cell>(columns_);
  }
}

std::string VtScreen::text() const {
  std::string out;
  for (const auto& line : grid()) {
    std::string text;
    for (const auto& cell : line) text += cell.character;
    out += text.erase(text.find_last_not_of(' ') + 1) + '\n';
  }
  return out;
}

std::string VtScreen::reversed_text() const {
  std::string out;
  for (const auto& line : grid())
    for (const auto& cell : line)
      if (cell.reversed) out += cell.character;
  return out;
}

}  // namespace vxtap::lab
