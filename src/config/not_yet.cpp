#include "config/not_yet.hpp"

#include <algorithm>
#include <iterator>

namespace vxtap::config {
namespace {

bool never(const Node&) {
  return false;
}
bool is_auto(const Node& node) {
  return is_word(node, "auto");
}
bool is_zero(const Node& node) {
  return node.text.find_first_not_of("0umsh") == std::string::npos;
}
bool is_unset(const Node& node) {
  return is_word(node, "unset");
}
bool is_strict(const Node& node) {
  return is_word(node, "strict");
}
bool is_false(const Node& node) {
  return boolean_of(node) == false;
}
bool is_empty(const Node& node) {
  return node.text.empty() && node.items.empty() && node.entries.empty();
}
bool is_single_number(const Node& node) {
  return decimal_of(node.text).has_value();
}

/// A key that is read and checked, but served only as long as `served` says so of its value.
struct NotYet {
  std::string_view section;
  std::string_view key;
  bool (*served)(const Node& node);
  std::string_view mend;
};

constexpr NotYet kNotYet[] = {
    {"", "metrics", is_empty, "leave it out"},
    {"underlay", "require_device", never, "leave it out"},
    {"underlay", "ttl", is_auto, "leave it at auto"},
    {"underlay", "tos", is_zero, "leave it at 0"},
    {"underlay", "df", is_unset, "leave it at unset"},
    {"underlay", "reserved_bits", is_strict, "leave it at strict"},
    {"segments[]", "vni", is_single_number, "write a segment for each VNI"},
    {"segments[]", "vlan", never, "leave it out and give the segment a TAP of its own"},
    {"segments[]", "neighbour_suppression", is_false, "leave it at false"},
    {"segments[]", "neighbours", is_empty, "leave it out"},
    {"segments[]", "storm_control", is_empty, "leave it out"},
    {"segments[].fdb", "learn_port", is_false, "leave it at false"},
};

}  // namespace

void refuse_not_yet(std::string_view section, std::string_view key, const Value& value) {
  const auto row = std::find_if(std::begin(kNotYet), std::end(kNotYet), [&](const NotYet& known) {
    return known.section == section && known.key == key;
  });
  if (row == std::end(kNotYet) || row->served(value.node())) return;
  const bool scalar = value.node().kind == Node::Kind::kScalar;
  const std::string subject = scalar ? join({value.path(), " ", quote(value.node().text)}) : value.path();
  value.reporter().error(value.position(), join({subject, ": ", row->mend, "; this is not supported yet"}));
}

}  // namespace vxtap::config
