#include "ctl/live_terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace vxtap::ctl {
namespace {

// ECMA-48, and the private modes of xterm that every terminal of today knows.
constexpr auto kEnter = "\033[?1049h\033[?25l";  // alternate screen, no cursor
constexpr auto kLeave = "\033[?25h\033[?1049l";
constexpr auto kHome = "\033[H";
constexpr auto kClearLine = "\033[K";
constexpr auto kClearBelow = "\033[J";

}  // namespace

LiveTerminal::LiveTerminal(const Output& output, bool silent)
    : output_(output), live_(output.terminal && !silent) {}

LiveTerminal::~LiveTerminal() {
  if (live_ && !first_) output_.out << kLeave << std::flush;
}

ScreenSize LiveTerminal::size() {
  winsize window{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_row == 0) return {};
  return {window.ws_col, window.ws_row};
}

void LiveTerminal::draw(const std::vector<Line>& lines) {
  std::string text;
  if (!live_) {
    if (!first_) text += '\n';
    for (const auto& line : lines) text += paint(line, output_.style) + '\n';
  } else {
    const auto [width, height] = size();
    if (first_) text += kEnter;
    text += kHome;
    const auto shown = std::min(lines.size(), height);
    // No newline behind the last line: it would scroll.
    for (std::size_t i = 0; i < shown; ++i)
      text += (i == 0 ? "" : "\r\n") + paint(cut(lines[i], width), output_.style) + kClearLine;
    text += kClearBelow;
  }
  first_ = false;
  output_.out << text << std::flush;
}

}  // namespace vxtap::ctl
