#include "unit/vxtapctl/man_page.hpp"

#include <CLI/App.hpp>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "ctl/grammar.hpp"
#include "support/catch.hpp"

using namespace vxtap;

namespace {

const std::string kPage = VXTAP_SOURCE_DIR "/src/vxtapctl/man/vxtapctl.8";

using Words = std::set<std::string>;

/// What the grammar lets a command be followed by: its options, and its positionals by name.
Words words_of(const CLI::App& app) {
  Words words;
  for (const auto* option : app.get_options()) {
    if (option->get_positional()) words.insert(option->get_name(true, false));
    for (const auto& name : option->get_lnames()) words.insert("--" + name);
    for (const auto& name : option->get_snames()) words.insert("-" + name);
  }
  return words;
}

/// Commands with all their words, as "fdb show".
void collect(const CLI::App& app, const std::string& path, std::map<std::string, Words>& commands) {
  const auto children = app.get_subcommands({});
  for (const auto* child : children)
    collect(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), commands);
  if (!children.empty()) return;
  commands[path] = words_of(app);
  commands[path].erase("--help");  // the same everywhere; among the general options
  commands[path].erase("-h");
}

/// Options in a tag, and the words in capitals that name no option's value.
Words words_in(const std::string& tag) {
  static const std::regex kOption("(^|[^a-z-])(--?[a-z][a-z-]*)");
  static const std::regex kPositional("(^|[a-z] |\\[)([A-Z]+)");
  Words words;
  for (std::sregex_iterator match(tag.begin(), tag.end(), kOption), end; match != end; ++match)
    words.insert((*match)[2]);
  // An option's value follows it, and goes with it.
  const auto bare = std::regex_replace(tag, std::regex("(^|[^a-z])-[a-z-]+ [A-Z]+(\\[:[A-Z]+\\])?"), "$1");
  for (std::sregex_iterator match(bare.begin(), bare.end(), kPositional), end; match != end; ++match)
    words.insert((*match)[2]);
  return words;
}

/// Of the lower-case words at the tag's front.
std::string command_in(const std::string& tag) {
  std::smatch match;
  return std::regex_search(tag, match, std::regex("^[a-z-]+( [a-z]+)?")) ? match.str() : "";
}

std::vector<std::string> tags(const std::string& section) {
  std::vector<std::string> tags;
  for (const auto& entry : test::man_entries(kPage))
    if (entry.section == section) tags.push_back(entry.tag);
  return tags;
}

}  // namespace

TEST_CASE("vxtapctl(8) has every command with all its options, and no others") {
  ctl::Arguments arguments;
  ctl::Grammar grammar(arguments);
  std::map<std::string, Words> known;
  collect(grammar.app(), "", known);
  REQUIRE(known.count("fdb show") == 1);
  REQUIRE(known["fdb show"] == Words{"--vni", "--mac", "--remote", "--state"});

  std::map<std::string, Words> written;
  for (const auto& tag : tags("COMMANDS")) {
    CAPTURE(tag);
    const auto command = command_in(tag);
    CHECK(written.count(command) == 0);
    written[command] = words_in(tag);
  }
  for (const auto& [command, words] : known) {
    CAPTURE(command);
    CHECK(written.count(command) == 1);
    CHECK(written[command] == words);
  }
  for (const auto& [command, words] : written) {
    CAPTURE(command);
    CHECK(known.count(command) == 1);
  }
}

TEST_CASE("vxtapctl(8) has every general option, and no others") {
  ctl::Arguments arguments;
  ctl::Grammar grammar(arguments);
  Words written;
  for (const auto& tag : tags("OPTIONS")) written.merge(words_in(tag));
  CHECK(written == words_of(grammar.app()));
}

TEST_CASE("vxtapctl(8) has every exit status") {
  CHECK(tags("EXIT STATUS") == std::vector<std::string>{"0", "1", "2", "3", "4"});
}
