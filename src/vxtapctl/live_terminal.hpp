#pragma once

#include <vector>

#include "ctl/run.hpp"
#include "ctl/styled_text.hpp"

namespace vxtap::ctl {

/// Blocks of lines, each in the place of the last: on a terminal its alternate screen, which is left when
/// this goes; elsewhere one after the other, an empty line between them. Borrows `output`.
class LiveTerminal {
 public:
  /// `silent`: nothing is ever drawn, so the terminal is left alone.
  LiveTerminal(const Output& output, bool silent);
  ~LiveTerminal();
  LiveTerminal(const LiveTerminal&) = delete;
  LiveTerminal& operator=(const LiveTerminal&) = delete;

  /// Lines of the terminal as it is now; 0 without one.
  std::size_t height() const { return live_ ? size().height : 0; }
  void draw(const std::vector<Line>& lines);

 private:
  static ScreenSize size();

  const Output& output_;
  const bool live_;
  bool first_ = true;
};

}  // namespace vxtap::ctl
