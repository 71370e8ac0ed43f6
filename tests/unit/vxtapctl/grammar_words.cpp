#include "unit/vxtapctl/grammar_words.hpp"

#include <CLI/App.hpp>

#include "ctl/grammar.hpp"

namespace vxtap::test {
namespace {

/// Options, and positionals by name.
Words words_of(const CLI::App& app) {
  Words words;
  for (const auto* option : app.get_options()) {
    if (option->get_positional()) words.insert(option->get_name(true, false));
    for (const auto& name : option->get_lnames()) words.insert("--" + name);
    for (const auto& name : option->get_snames()) words.insert("-" + name);
  }
  return words;
}

void collect(const CLI::App& app, const std::string& path, GrammarWords& found) {
  const auto children = app.get_subcommands({});
  for (const auto* child : children) {
    found.families[path].insert(child->get_name());
    collect(*child, path.empty() ? child->get_name() : path + ' ' + child->get_name(), found);
  }
  if (!children.empty()) return;
  found.commands[path] = words_of(app);
  found.commands[path].erase("--help");  // the same everywhere; among the general options
  found.commands[path].erase("-h");
}

void collect_valued(const CLI::App& app, Words& found) {
  for (const auto* option : app.get_options()) {
    if (option->get_positional() || option->get_items_expected_max() == 0) continue;
    for (const auto& name : option->get_lnames()) found.insert("--" + name);
    for (const auto& name : option->get_snames()) found.insert("-" + name);
  }
  for (const auto* child : app.get_subcommands({})) collect_valued(*child, found);
}

}  // namespace

GrammarWords grammar_words() {
  ctl::Arguments arguments;
  ctl::Grammar grammar(arguments);
  GrammarWords found;
  found.general = words_of(grammar.app());
  collect(grammar.app(), "", found);
  return found;
}

Words valued_options() {
  ctl::Arguments arguments;
  ctl::Grammar grammar(arguments);
  Words found;
  collect_valued(grammar.app(), found);
  return found;
}

}  // namespace vxtap::test
