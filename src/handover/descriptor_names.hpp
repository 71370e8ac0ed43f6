#pragma once

#include <string>

#include "io/udp_socket.hpp"
#include "vxtap/vtep_address.hpp"

/// How descriptors are called in the service manager's store (FDNAME of sd_pid_notify_with_fds(3), which may
/// contain no colon; here they are underscores). All queues of a TAP have one name, and so have the sockets
/// of a local VTEP, one of each worker.
namespace vxtap::handover {

inline constexpr const char* kStateName = "state";
/// "tuntap-vx42"
std::string name_of_tap(const std::string& tap);
/// "udp-192.0.2.1-4789", "udp-192.0.2.1-4789-eth0%2": with device and interface index where they are set.
std::string name_of_receivers(const io::LocalVtep& vtep);
/// "udp-192.0.2.1-4789-eth0%2-group-239.1.1.1"
std::string name_of_group(const io::LocalVtep& vtep, const VtepAddress& group);

/// Whether it is the name of a socket, of whichever VTEP or of this one.
bool names_socket(const std::string& name);
bool names_socket_of(const std::string& name, const io::LocalVtep& vtep);

}  // namespace vxtap::handover
