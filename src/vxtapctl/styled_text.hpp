#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ctl/style.hpp"

/// Lines of text for a terminal, before anyone knows which terminal: `vxtapctl --watch` paints them with
/// escape sequences, `vxtapctl top` with ncurses, and tests read them as they are.
namespace vxtap::ctl {

struct Span {
  std::string text;
  Tone tone = Tone::kPlain;
};
using Line = std::vector<Span>;

struct ScreenSize {
  std::size_t width = 80;  ///< columns
  std::size_t height = 24;
};

/// Columns that UTF-8 text takes, one for each character.
std::size_t width_of(std::string_view text) noexcept;
std::size_t width_of(const Line& line) noexcept;
/// The first `width` columns.
std::string cut(std::string_view text, std::size_t width);
Line cut(const Line& line, std::size_t width);
/// Cut or filled with blanks to exactly `width` columns.
std::string fitted(std::string_view text, std::size_t width, bool right = false);
Line fitted(const Line& line, std::size_t width);

/// Without any tone.
std::string plain(const Line& line);
std::string paint(const Line& line, const Style& style);

}  // namespace vxtap::ctl
