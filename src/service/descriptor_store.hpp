#pragma once

#include <span>
#include <string>
#include <vector>

#include "io/unique_fd.hpp"

/// The service manager's store of descriptors (FileDescriptorStoreMax= of systemd.service(5)): what it keeps
/// stays open while the service restarts, and comes back to the next process by name. Control thread.
namespace vxtap::service {

struct KeptDescriptor {
  std::string name;
  io::UniqueFd fd;
};

/// Those that it kept, and sockets it opened for us. Empty the second time, and where nobody keeps any.
std::vector<KeptDescriptor> take_kept_descriptors();

/// Whether somebody may be there to keep descriptors. A service manager says not before it is asked for one
/// whether it does.
bool may_keep_descriptors();

/// Several may have one name. One that is kept already is not kept twice.
void keep_descriptors(const std::string& name, std::span<const int> fds);

/// All of that name.
void forget_descriptors(const std::string& name);

/// Waits until the service manager has done what it was told so far: what was forgotten is then closed. Not
/// for ever: it usually takes milliseconds.
void wait_for_service_manager();

}  // namespace vxtap::service
