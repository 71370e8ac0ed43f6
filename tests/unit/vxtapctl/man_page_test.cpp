#include "unit/vxtapctl/man_page.hpp"

#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/vxtapctl/grammar_words.hpp"

using namespace vxtap;
using test::Words;

namespace {

const std::string kPage = VXTAP_SOURCE_DIR "/src/vxtapctl/man/vxtapctl.8";

/// Options in a tag, and the words in capitals that name no option's value.
Words words_in(const std::string& tag) {
  static const std::regex kOption("(^|[^a-z-])(--?[a-z][a-z-]*)");
  static const std::regex kPositional("(^|[a-z] |\\[)([A-Z]+)");
  Words words;
  for (std::sregex_iterator match(tag.begin(), tag.end(), kOption), end; match != end; ++match)
    words.insert((*match)[2]);
  // An option's value follows it, and goes with it.
  const auto bare =
      std::regex_replace(tag, std::regex("(^|[^a-z])-[a-z-]+ \\[?[A-Z]+(\\[:[A-Z]+\\])?"), "$1");
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
  auto known = test::grammar_words().commands;
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
  Words written;
  for (const auto& tag : tags("OPTIONS")) written.merge(words_in(tag));
  CHECK(written == test::grammar_words().general);
}

TEST_CASE("vxtapctl(8) has every exit status") {
  CHECK(tags("EXIT STATUS") == std::vector<std::string>{"0", "1", "2", "3", "4"});
}
