#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "unit/vxtapctl/grammar_words.hpp"
#include "unit/vxtapctl/man_page.hpp"

using namespace vxtap;
using test::Words;

namespace {

const std::string kDirectory = VXTAP_SOURCE_DIR "/src/vxtapctl/";

std::string contents(const std::string& file) {
  auto text = test::read_file(kDirectory + file);
  REQUIRE_FALSE(text.empty());
  return text;
}

Words split(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

/// The first group of each match.
Words all(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  Words words;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match)
    words.insert((*match)[1]);
  return words;
}

using Commands = std::map<std::string, Words>;

/// What the grammar says, commands and families in one.
Commands expected() {
  const auto grammar = test::grammar_words();
  auto commands = grammar.commands;
  commands.insert(grammar.families.begin(), grammar.families.end());
  return commands;
}

void check_same(const Commands& written) {
  for (const auto& [command, words] : expected()) {
    CAPTURE(command);
    REQUIRE(written.count(command) == 1);
    CHECK(written.at(command) == words);
  }
  CHECK(written.size() == expected().size());
}

/// The lines of a zsh array.
std::string array(const std::string& text, const std::string& name) {
  std::smatch match;
  REQUIRE(
      std::regex_search(text, match, std::regex(name + "=\\(\n([^\n]*\n)*? *\\)|" + name + "=\\([^\n]*\\)")));
  return match.str();
}

/// What _arguments is given: options with their descriptions behind them, and positionals.
Words zsh_words(const std::string& specs) {
  auto words = all(specs, "(--?[a-z-]+)\\[");
  words.merge(all(specs, "\\{(-[a-z]),"));
  words.merge(all(specs, ",(--[a-z]+)\\}"));
  words.merge(all(specs, "'[1*]:([A-Z]+):"));
  return words;
}

/// vxtapd's options, as its manual page has them.
Words daemon_options() {
  Words options;
  for (const auto& entry : test::man_entries(kDirectory + "man/vxtapd.8"))
    if (entry.section == "OPTIONS") options.merge(all(entry.tag, "(--?[a-z]+(?:-[a-z]+)*)"));
  return options;
}

}  // namespace

TEST_CASE("bash completion has every command and option, and no others") {
  const auto text = contents("completion/vxtapctl.bash");
  Commands written;
  const std::regex line("'([a-z -]*)'\\)\\s+words='([^']*)'\\s+;;");
  for (std::sregex_iterator match(text.begin(), text.end(), line), end; match != end; ++match)
    written[(*match)[1]] = split((*match)[2]);
  check_same(written);
  std::smatch general;
  REQUIRE(std::regex_search(text, general, std::regex("_vxtapctl_general='([^']*)'")));
  CHECK(split(general[1]) == test::grammar_words().general);
  REQUIRE(std::regex_search(text, general, std::regex("_vxtapd_options='([^']*)'")));
  CHECK(split(general[1]) == daemon_options());
}

TEST_CASE("bash completion knows which options take a value") {
  const auto text = contents("completion/vxtapctl.bash");
  std::smatch match;
  REQUIRE(std::regex_search(text, match, std::regex("\n    (-s \\|[^)]*)\\) return 0")));
  auto valued = all(match[1], "(--?[a-z]+(?:-[a-z]+)*)");
  // Those that the grammar gives a type, and no more.
  CHECK(valued == test::valued_options());
}

TEST_CASE("zsh completion has every command and option, and no others") {
  const auto text = contents("completion/_vxtapctl");
  const auto change = array(text, "change"), entry = array(text, "entry");
  Commands written;
  const std::regex block("\n    \\('([a-z -]*)'\\)((.|\n)*?);;");
  for (std::sregex_iterator match(text.begin(), text.end(), block), end; match != end; ++match) {
    auto specs = (*match)[2].str();
    auto& words = written[(*match)[1]];
    if (specs.find("commands=(") != std::string::npos) {
      words = all(specs, "[\"']([a-z-]+):");
      continue;
    }
    if (specs.find("$change") != std::string::npos) specs += change;
    if (specs.find("$entry") != std::string::npos) specs += entry;
    words = zsh_words(specs);
    CHECK(specs.find("_arguments $general") != std::string::npos);
  }
  check_same(written);
  CHECK(zsh_words(array(text, "general")) == test::grammar_words().general);
  CHECK(zsh_words(text.substr(text.find("\n_vxtapd()"))) == daemon_options());
}
