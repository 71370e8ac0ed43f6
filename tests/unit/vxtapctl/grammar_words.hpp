#pragma once

#include <map>
#include <set>
#include <string>

namespace vxtap::test {

using Words = std::set<std::string>;

/// What the command line's grammar knows, for comparison with what was written down by hand.
struct GrammarWords {
  Words general;  ///< options that stand with every command
  std::map<std::string, Words>
      commands;  ///< by the command as it is typed, "fdb show": its options and positionals
  std::map<std::string, Words> families;  ///< by their name, "" for the tool: their sub-commands
};
GrammarWords grammar_words();

/// All options of all commands that are followed by a value.
Words valued_options();

}  // namespace vxtap::test
