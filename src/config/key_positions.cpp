#include <algorithm>

#include "config/config.hpp"
#include "config/diagnostics.hpp"

namespace vxtap::config {
namespace {

Position find(const std::shared_ptr<const std::vector<KeyPositions::Key>>& keys, std::string_view section,
              std::string_view key) {
  if (keys == nullptr) return {};
  const auto found = std::ranges::find_if(
      *keys, [&](const KeyPositions::Key& one) { return one.section == section && one.key == key; });
  return found == keys->end() ? Position{} : found->position;
}

}  // namespace

KeyPositions::KeyPositions(std::vector<Key> own, std::shared_ptr<const std::vector<Key>> inherited)
    : own_(std::make_shared<const std::vector<Key>>(std::move(own))), inherited_(std::move(inherited)) {}

Position KeyPositions::of(std::string_view path) const {
  const auto dot = path.find('.');
  const std::string_view parent = dot == std::string_view::npos ? "" : path.substr(0, dot);
  const std::string_view key = dot == std::string_view::npos ? path : path.substr(dot + 1);
  // The underlay has one table of keys for the file and for a segment.
  if (parent == "underlay") {
    const Position own = find(own_, parent, key);
    return own.line != 0 ? own : find(inherited_, parent, key);
  }
  return find(own_, parent.empty() ? "segments[]" : join({"segments[].", parent}), key);
}

}  // namespace vxtap::config
