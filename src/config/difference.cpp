#include "config/difference.hpp"

#include <map>
#include <string_view>
#include <tuple>

namespace vxtap::config {
namespace {

/// A link-local address is told apart by its scope too.
auto identity_of(const Segment& segment) {
  const Underlay& underlay = segment.underlay;
  return std::tie(segment.vni, underlay.local, underlay.port, underlay.device, underlay.scope);
}

void compare_segments(const Config& before, const Config& after, Difference& out) {
  std::map<decltype(identity_of(before.segments.front())), std::size_t> old;
  for (std::size_t i = 0; i < before.segments.size(); ++i) old.emplace(identity_of(before.segments[i]), i);
  std::vector<bool> kept(before.segments.size());
  for (std::size_t i = 0; i < after.segments.size(); ++i) {
    const auto found = old.find(identity_of(after.segments[i]));
    if (found == old.end()) {
      out.added.push_back(i);
      continue;
    }
    kept[found->second] = true;
    const bool same = before.segments[found->second] == after.segments[i];
    (same ? out.unchanged : out.changed).push_back({found->second, i});
  }
  for (std::size_t i = 0; i < kept.size(); ++i)
    if (!kept[i]) out.removed.push_back(i);
}

std::string in_words(const std::optional<unsigned>& workers) {
  return workers ? std::to_string(*workers) : "auto";
}
std::string in_words(const std::string& text) {
  return text.empty() ? "none" : text;
}

template <typename T>
void compare(std::string_view key, const T& before, const T& after, Difference& out) {
  if (before != after)
    out.needs_restart.push_back(std::string(key) + ": from " + in_words(before) + " to " + in_words(after));
}

}  // namespace

Difference difference(const Config& before, const Config& after) {
  Difference out;
  compare_segments(before, after, out);
  compare("workers", before.workers, after.workers, out);
  compare("control.socket", before.control.socket, after.control.socket, out);
  compare("control.group", before.control.group, after.control.group, out);
  return out;
}

}  // namespace vxtap::config
