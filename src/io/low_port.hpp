#pragma once

#include <cstdint>

namespace vxtap::io {

/// Ports below it are for the privileged, unless net.ipv4.ip_unprivileged_port_start says otherwise.
inline constexpr std::uint16_t kFirstOpenPort = 1024;

inline constexpr auto kLowPortMend =
    "ports below 1024 need CAP_NET_BIND_SERVICE: as a service, add it to AmbientCapabilities= and "
    "CapabilityBoundingSet=; a vxtapd that started without such a port gave it up, so restart it; or choose "
    "a "
    "higher port";

}  // namespace vxtap::io
