#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "io/netlink.hpp"
#include "io/tap_device.hpp"

namespace vxtap::daemon {

/// The segments of one TAP, in the file's order; not empty. They say the same of it.
using TapSegments = std::vector<const config::Segment*>;

/// Turns `tap:` into settings with nothing left to `auto`: the MTU from the routes to the segments' remotes,
/// the MAC from this host, the queues from `workers`. Appends to `warnings` what the user should know. Throws
/// io::SystemError and std::runtime_error.
io::TapSettings resolve_tap(const TapSegments& segments, std::size_t workers, io::Netlink& netlink,
                            std::vector<std::string>& warnings);

}  // namespace vxtap::daemon
