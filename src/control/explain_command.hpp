#pragma once

#include <boost/json/object.hpp>

#include "control/daemon_api.hpp"
#include "control/json_text.hpp"

namespace vxtap::control {

/// The method `explain`: {"from":"tap","vni":N,"frame":HEX}, or {"from":ADDRESS,"port":P,"tos":N,"vni":N,
/// "datagram":HEX}, whose port, tos and vni may be left out. See commands.hpp for what it throws.
json::value explain(DaemonApi& daemon, const json::object& values);

}  // namespace vxtap::control
