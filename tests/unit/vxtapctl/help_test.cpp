#include <CLI/App.hpp>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "ctl/examples.hpp"
#include "ctl/grammar.hpp"
#include "support/catch.hpp"
#include "unit/vxtapctl/tool.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;

namespace {

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream in{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// Every command as it is typed, "" for the tool itself.
void collect(CLI::App& app, const std::string& path, std::vector<std::string>& paths) {
  paths.push_back(path);
  for (auto* child : app.get_subcommands({}))
    collect(*child, path.empty() ? child->get_name() : path + ' ' + child->get_name(), paths);
}

std::vector<std::string> all_commands() {
  ctl::Arguments arguments;
  ctl::Grammar grammar(arguments);
  std::vector<std::string> paths;
  collect(grammar.app(), "", paths);
  return paths;
}

}  // namespace

TEST_CASE("help of each command ends with an example, and the example is one of it") {
  for (const auto& path : all_commands()) {
    CAPTURE(path);
    const std::string example(ctl::example_of(path));
    auto help_words = words_of(path);
    help_words.emplace_back("--help");
    const auto help = test::run_tool(help_words);
    CHECK(help.code == 0);
    CHECK_THAT(help.out, ContainsSubstring("Example:\n  " + example));

    const auto words = words_of(example);
    REQUIRE(words.size() > 1);
    CHECK(words.front() == "vxtapctl");
    std::vector<const char*> argv;
    argv.reserve(words.size());
    for (const auto& word : words) argv.push_back(word.c_str());
    const auto parsed = ctl::parse_arguments(static_cast<int>(argv.size()), argv.data());
    CHECK(std::holds_alternative<ctl::Arguments>(parsed));
    CHECK_THAT(" " + example + " ", ContainsSubstring(" " + (path.empty() ? "show" : path) + " "));
  }
}

TEST_CASE("with -j a wrong command line is a document as well") {
  for (const auto& [words, message] : std::map<std::vector<std::string>, std::string>{
           {{"-j"}, "A subcommand is required"},
           {{"nosuch", "-j"}, "nosuch: no such command; --help lists them"},
           {{"-j", "stats", "--watch", "0.01"}, "--watch: 0.01: not a number of seconds from 0.1 to 3600"},
           {{"-j", "top"}, "top: a screen is no JSON; use `vxtapctl -j stats --watch`"}}) {
    CAPTURE(words);
    const auto result = test::run_tool(words);
    CHECK(result.code == 2);
    CHECK(result.out == R"({"ok":false,"messages":[")" + message + "\"]}\n");
    CHECK_THAT(result.err, ContainsSubstring("vxtapctl: " + message));
  }
}
