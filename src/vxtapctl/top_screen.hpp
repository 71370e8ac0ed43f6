#pragma once

#include <optional>
#include <stdexcept>
#include <vector>

#include "ctl/styled_text.hpp"
#include "ctl/top_key.hpp"

namespace vxtap::ctl {

/// TERM names none that ncurses knows.
class UnknownTerminal : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Standard input and output as a screen, by ncurses. While it lives the terminal is in its alternate screen,
/// without echo; it is restored when this goes. There can be one at a time.
class TopScreen {
 public:
  /// `colour`: use it if the terminal has it. Throws std::runtime_error for a TERM that ncurses does not
  /// know.
  explicit TopScreen(bool colour);
  ~TopScreen();
  TopScreen(const TopScreen&) = delete;
  TopScreen& operator=(const TopScreen&) = delete;

  /// As the terminal is now.
  ScreenSize size();
  void draw(const std::vector<Line>& lines);
  /// The next key that was typed, if there is one; does not wait.
  std::optional<Key> take_key();
};

}  // namespace vxtap::ctl
