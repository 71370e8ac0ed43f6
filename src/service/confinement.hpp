#pragma once

#include <optional>
#include <string>

#include "service/privileges.hpp"

namespace vxtap::service {

/// What the daemon keeps of its rights once everything is open.
struct Confinement {
  std::optional<Identity> identity = {};  ///< whom it becomes; empty: it stays who it is
  bool unconfined = false;                ///< nothing is given up but what `identity` asks for
  std::string config_file = {};           ///< absolute or relative; a reload reads it again
  std::string control_socket = {};        ///< removed at the end
  bool low_ports = false;                 ///< see Needs
};

/// Gives up the rest: changes the user, drops capabilities, renounces new privileges, and limits system calls
/// and files to what a running vxtapd needs. All of it belongs to threads and is inherited by those started
/// later, so it is called when everything is open and while the process has one thread.
///
/// What this kernel lacks or a container forbids is logged, a line each, and the rest is done. So is, with
/// its mend, what a later reload will be refused. Throws std::runtime_error where the user cannot be changed.
void confine(const Confinement& wanted);

}  // namespace vxtap::service
