#pragma once

#include <string>
#include <vector>

namespace vxtap::config {

/// Every key of the file, a list's element written as []: "log.level", "segments[].fdb.static[].mac". A
/// segment's own `underlay` has the keys of the file's and is listed without them.
std::vector<std::string> known_keys();

}  // namespace vxtap::config
