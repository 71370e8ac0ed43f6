#pragma once

#include <string>
#include <string_view>

#include "vxtap/mac_address.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap::io {

/// A TAP's MAC for `mac: auto`: locally administered unicast, the same after every start and different on
/// every host. The local VTEP address is mixed in because containers, namespaces and cloned machines often
/// share one machine-id, yet never an underlay address.
MacAddress stable_mac(std::string_view machine_id, std::string_view tap_name, const VtepAddress& local);

/// This machine's identifier (machine-id(5)): /etc/machine-id, else /var/lib/dbus/machine-id, else empty.
std::string machine_id();

}  // namespace vxtap::io
