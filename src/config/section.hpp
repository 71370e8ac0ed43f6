#pragma once

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/value.hpp"

/// The walker: a section of the file is a table of its keys, each with the reader of its value.
namespace vxtap::config {

template <typename Target>
struct Field {
  std::string_view key;
  void (*read)(const Value& value, Target& target);
};

template <typename Target>
struct Section {
  std::string_view id;  ///< as in known_keys(): "log", "segments[].tap"; empty for the file itself
  std::span<const Field<Target>> fields;

  std::vector<std::string_view> keys() const {
    std::vector<std::string_view> names;
    for (const auto& field : fields) names.push_back(field.key);
    return names;
  }
};

/// Reports a key that its section does not know, with the key that was likely meant.
void report_unknown_key(const Value& key, std::span<const std::string_view> known);
/// Notes the key; reports and returns false when it stood there before, or is no word.
bool note_key(const Value& key, std::map<std::string_view, Position>& seen);

/// Reads every key of the map `value` into `target`. A section without a value is an empty one: all of its
/// lines may be commented out.
template <typename Target>
void read_section(const Section<Target>& section, const Value& value, Target& target) {
  if (value.node().kind == Node::Kind::kNull) return;
  if (value.node().kind != Node::Kind::kMap)
    return value.fail_type("keys such as `" + std::string(section.fields[0].key) + ":`");
  std::map<std::string_view, Position> seen;
  for (const auto& [key_node, value_node] : value.node().entries) {
    const Value key = Value(value.reporter(), *key_node, {});
    if (!note_key(key, seen)) continue;
    const auto field =
        std::find_if(section.fields.begin(), section.fields.end(),
                     [&text = key_node->text](const auto& known) { return known.key == text; });
    if (field == section.fields.end()) {
      report_unknown_key(key, section.keys());
      continue;
    }
    value.reporter().note_key(section.id, field->key, key.position());
    const Value child = value.child(*value_node, field->key);
    field->read(child, target);
  }
}

}  // namespace vxtap::config
