#include "unit/vxtapctl/man_page.hpp"

#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace vxtap::test {
namespace {

std::string unescaped(const std::string& roff) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kEscapes{{{"\\-", "-"},
                                                                                   {"\\&", ""},
                                                                                   {"\\fB", ""},
                                                                                   {"\\fI", ""},
                                                                                   {"\\fR", ""},
                                                                                   {"\\(dq", "\""},
                                                                                   {"\\(aq", "'"},
                                                                                   {"\\ ", " "}}};
  std::string text;
  for (std::size_t i = 0; i < roff.size();) {
    const auto rest = std::string_view(roff).substr(i);
    std::size_t taken = 0;
    for (const auto& [escape, meaning] : kEscapes) {
      if (!rest.starts_with(escape)) continue;
      text += meaning;
      taken = escape.size();
    }
    if (taken == 0 && rest.front() == '\\') throw std::runtime_error("escape not known here: " + roff);
    if (taken == 0) text += rest.front();
    i += taken == 0 ? 1 : taken;
  }
  return text;
}

/// The arguments of a macro, split at blanks outside quotes.
std::vector<std::string> arguments(const std::string& line) {
  std::vector<std::string> words{""};
  bool quoted = false;
  for (const char letter : line) {
    if (letter == '"') {
      quoted = !quoted;
    } else if (letter == ' ' && !quoted) {
      words.emplace_back();
    } else {
      words.back() += letter;
    }
  }
  return words;
}

/// A line of text or of one font macro: two letters alternate over arguments that are joined, one keeps
/// blanks.
std::string visible(const std::string& line) {
  if (!line.starts_with('.')) return unescaped(line);
  auto words = arguments(line);
  const std::string gap = words.front().size() == 2 ? " " : "";
  std::string text;
  for (std::size_t i = 1; i < words.size(); ++i) text += (i == 1 ? "" : gap) + unescaped(words[i]);
  return text;
}

}  // namespace

std::vector<ManEntry> man_entries(const std::filesystem::path& page) {
  std::ifstream file(page);
  if (!file) throw std::runtime_error("cannot read " + page.string());
  std::vector<ManEntry> entries;
  std::string section;
  bool tag_follows = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(".SH ")) section = line.substr(4);
    if (tag_follows) entries.push_back({section, visible(line)});
    tag_follows = line == ".TP";
  }
  return entries;
}

}  // namespace vxtap::test
