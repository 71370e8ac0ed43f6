#include "config/not_yet.hpp"

#include <algorithm>
#include <iterator>

namespace vxtap::config {
namespace {

bool never(const Node&) {
  return false;
}

/// A key that is read and checked, but served only as long as `served` says so of its value.
struct NotYet {
  std::string_view section;
  std::string_view key;
  bool (*served)(const Node& node);
  std::string_view mend;
};

constexpr NotYet kNotYet[] = {
    {"underlay", "require_device", never, "leave it out"},
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
