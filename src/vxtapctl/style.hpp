#pragma once

#include <string>
#include <string_view>

namespace vxtap::ctl {

enum class Tone { kPlain, kHeading, kGood, kBad, kFaint, kSelected };

/// Colours for a terminal, or none.
class Style {
 public:
  explicit Style(bool colour) : colour_(colour) {}

  /// Whether standard output is a terminal that understands more than plain text.
  static bool stdout_is_terminal();
  /// Colour if standard output is a terminal that has it and NO_COLOR (no-color.org) is unset or empty.
  static Style for_stdout();

  bool colour() const noexcept { return colour_; }
  std::string paint(Tone tone, std::string_view text) const;

 private:
  bool colour_;
};

}  // namespace vxtap::ctl
