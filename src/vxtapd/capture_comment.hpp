#pragma once

#include <string>
#include <string_view>

#include "vxtapd/sighting.hpp"

namespace vxtap::daemon {

/// What became of a packet, in one line: "vni 42 blue: to 192.0.2.2:4789 (FDB)". `segment` is its segment's
/// name, empty when there is none; `tap` the name of the TAP it came from or goes to.
std::string capture_comment(const Sighting& sighting, std::string_view segment, std::string_view tap);

}  // namespace vxtap::daemon
