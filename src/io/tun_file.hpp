#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "io/unique_fd.hpp"

/// The ioctls of /dev/net/tun (Documentation/networking/tuntap.rst, drivers/net/tun.c).
namespace vxtap::io {

/// Whether an interface that already has queues attached may be joined.
enum class Sharing : bool {
  kRefused,   ///< it belongs to another process, which would get a part of the frames
  kWithOurs,  ///< the queues are this process's own and about to be closed
};

/// Attaches `count` new queues to the TAP `name` and creates it where it does not exist. An interface made
/// for a single queue gets one. Throws SystemError.
std::vector<UniqueFd> attach_queues(const std::string& name, unsigned count, Sharing sharing);

/// Name of the interface behind a queue. Throws SystemError.
std::string name_of_queue(const UniqueFd& queue);

void set_header_size(const UniqueFd& queue, int bytes);
/// Whether the host may hand over TCP and UDP superframes and unfinished checksums; UDP ones where the kernel
/// knows them (Linux 6.2): returns whether it does.
bool set_offload(const UniqueFd& queue, bool on);
void set_send_buffer(const UniqueFd& queue, int bytes);
void set_owner(const UniqueFd& queue, uid_t owner);
void set_persistent(const UniqueFd& queue, bool on);
bool is_persistent(const UniqueFd& queue);

}  // namespace vxtap::io
