#pragma once

#include <string>
#include <string_view>

namespace vxtap::ctl {

enum class Tone { kPlain, kHeading, kGood, kBad, kFaint };

/// Colours for a terminal, or none.
class Style {
 public:
  explicit Style(bool colour) : colour_(colour) {}

  /// Colour if standard output is a terminal that has it and NO_COLOR (no-color.org) is unset or empty.
  static Style for_stdout();

  std::string paint(Tone tone, std::string_view text) const;

 private:
  bool colour_;
};

}  // namespace vxtap::ctl
