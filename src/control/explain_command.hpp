#pragma once

#include <boost/json/object.hpp>
#include <cstddef>

#include "control/daemon_api.hpp"
#include "control/json_text.hpp"

namespace vxtap::control {

/// Of a frame or datagram: what UDP over IPv4 can carry behind a VXLAN header (RFC 768, RFC 791).
inline constexpr std::size_t kMostExplainedBytes = 65535 - 20 - 8 - 8;

/// The method `explain`: {"from":"tap","vni":N,"frame":HEX}, or {"from":ADDRESS,"port":P,"tos":N,"vni":N,
/// "datagram":HEX}, whose port, tos and vni may be left out. See commands.hpp for what it throws.
json::value explain(DaemonApi& daemon, const json::object& values);

}  // namespace vxtap::control
