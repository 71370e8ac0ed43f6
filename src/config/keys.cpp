#include "config/keys.hpp"

#include "config/sections.hpp"
#include "config/suggestion.hpp"

namespace vxtap::config {
namespace {

/// Calls `visit(section id, key)` for every key, in the order of vxtapd.yaml(5).
template <typename Visit>
void for_each_key(Visit visit) {
  const auto each = [&](const auto&... sections) {
    const auto one = [&](const auto& section) {
      for (const auto& field : section.fields) visit(section.id, field.key);
    };
    (one(sections), ...);
  };
  each(kFileSection, kLogSection, kControlSection, kMetricsSection, kUnderlaySection, kSegmentSection,
       kTapSection, kPeersSection, kFdbSection, kStaticEntrySection, kStormControlSection, kNeighbourSection);
}

/// The first section that has a key of this name; empty when none has.
std::string_view home_of(std::string_view word) {
  std::string_view home;
  for_each_key([&](std::string_view section, std::string_view key) {
    if (home.empty() && key == word) home = section;
  });
  return home;
}

}  // namespace

std::vector<std::string> known_keys() {
  std::vector<std::string> keys;
  for_each_key([&](std::string_view section, std::string_view key) {
    keys.push_back((section.empty() ? "" : std::string(section) + ".") + std::string(key));
  });
  return keys;
}

void report_unknown_key(const Value& key, std::span<const std::string_view> known) {
  const std::string& word = key.node().text;
  std::string message = "unknown key " + quote(word) + "; ";
  if (const auto near = nearest(word, known)) {
    message = join({message, "did you mean '", *near, "'?"});
  } else if (const auto home = home_of(word); !home.empty()) {
    message = join({message, "it belongs under ", home});
  } else {
    message += "known here:";
    for (const auto name : known) message = join({message, " ", name});
  }
  key.reporter().error(key.position(), std::move(message));
}

bool note_key(const Value& key, std::map<std::string_view, Position>& seen) {
  if (key.node().kind != Node::Kind::kScalar) {
    key.reporter().error(key.position(), "a key must be a word; remove it or quote it");
    return false;
  }
  const auto [first, is_new] = seen.try_emplace(key.node().text, key.position());
  if (is_new) return true;
  key.reporter().error(key.position(), "duplicate key " + quote(key.node().text) + ", first given at line " +
                                           std::to_string(first->second.line) + "; remove one of them");
  return false;
}

}  // namespace vxtap::config
