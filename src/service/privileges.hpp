#pragma once

#include <sys/types.h>

#include <string>

namespace vxtap::service {

/// A user that the daemon may become.
struct Identity {
  std::string name;
  uid_t user = 0;
  gid_t group = 0;  ///< the primary one; the others come from the group database
};

/// The user of that name. Throws std::runtime_error with the mend where there is none, and where this process
/// is neither root nor that user.
Identity identity_of(const std::string& name);

/// From here on this process is that user, in all of his groups, with the capabilities it has. Nothing where
/// it is already. Throws std::runtime_error with object, cause and mend. While there is one thread.
void become(const Identity& identity);

/// What a daemon will do that may need a capability besides CAP_NET_ADMIN.
struct Needs {
  bool low_ports = false;        ///< its configuration has ports below 1024: a reload may bind such a one
  std::string config_file = {};  ///< a reload reads it, by privilege if it must; empty: without privilege
};

/// Gives up every capability but those that a later reload or link event needs, as far as they are held:
///
///  - CAP_NET_ADMIN: TAPs to make and to set up, addresses, bridges, large socket buffers;
///  - CAP_NET_BIND_SERVICE, with `low_ports` alone: the first such port of a later file waits for a restart;
///  - CAP_NET_RAW, where the kernel asks for it: to bind a socket to a device before Linux 5.7, and for the
///    echo requests of `vxtapctl path-mtu` where net.ipv4.ping_group_range leaves our group out;
///  - CAP_DAC_READ_SEARCH, where `config_file` can only be read by it, as in the home of somebody else.
///
/// Returns why that failed; empty when it did not. Of the calling thread, and those that it starts.
std::string drop_capabilities(const Needs& needs);

/// No program that this process might execute gains a privilege (prctl(2), PR_SET_NO_NEW_PRIVS). Returns why
/// that failed; empty when it did not. Of the calling thread, and those that it starts.
std::string renounce_new_privileges();

}  // namespace vxtap::service
