#pragma once

#include <string>

namespace vxtap::service {

/// From here on this process, all its threads, may make only the system calls that a running vxtapd needs
/// (seccomp(2)): it executes no program and makes no process, opens sockets of IP, Unix and netlink only, and
/// maps no memory that is writable and executable. Any other call fails with EPERM, and the kernel notes it
/// in its audit log (type 1326, with the number of the call). Needs renounce_new_privileges(). Returns why it
/// is not in force; empty when it is.
std::string filter_system_calls();

}  // namespace vxtap::service
