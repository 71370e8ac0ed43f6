#include "ctl/style.hpp"

#include <unistd.h>

#include <cstdlib>

namespace vxtap::ctl {
namespace {

// ECMA-48 SGR parameters.
std::string_view code(Tone tone) {
  switch (tone) {
    case Tone::kHeading:
      return "1";
    case Tone::kGood:
      return "32";
    case Tone::kBad:
      return "31";
    case Tone::kFaint:
      return "2";
    case Tone::kSelected:
      return "7";
    case Tone::kPlain:
      break;
  }
  return "";
}

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

bool Style::stdout_is_terminal() {
  return ::isatty(STDOUT_FILENO) == 1 && variable("TERM") != "dumb";
}

Style Style::for_stdout() {
  return Style(stdout_is_terminal() && variable("NO_COLOR").empty());
}

std::string Style::paint(Tone tone, std::string_view text) const {
  if (!colour_ || tone == Tone::kPlain || text.empty()) return std::string(text);
  return "\033[" + std::string(code(tone)) + 'm' + std::string(text) + "\033[0m";
}

}  // namespace vxtap::ctl
