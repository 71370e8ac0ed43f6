#pragma once

#include <string>
#include <string_view>
#include <vector>

/// YAML as a person writes it: a map in braces where it fits on the line, else a key on each line.
namespace vxtap::iproute2 {

struct YamlEntry {
  std::string key;
  std::string value;               ///< YAML text
  std::vector<std::string> items;  ///< a list in place of the value
  std::string remark;              ///< comment behind it
};

/// Plain where YAML cannot take it for anything else, else in double quotes.
std::string scalar(std::string_view text);

/// The entries as lines, each at `indent` blanks.
std::string block_map(std::size_t indent, const std::vector<YamlEntry>& entries);

/// "KEY: {...}" at `indent` blanks, or the key and a block below it.
std::string map_of(std::size_t indent, const std::string& key, const std::vector<YamlEntry>& entries);

/// Lines of "# text", wrapped at blanks; lines but the first begin with `hanging` more blanks, and where the
/// text is a command the ones before them end in a backslash.
std::string comment(std::string_view text, std::size_t indent, std::string_view wrapped_end = {});

}  // namespace vxtap::iproute2
