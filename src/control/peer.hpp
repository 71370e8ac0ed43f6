#pragma once

#include <sys/types.h>

#include <optional>

namespace vxtap::control {

/// Whether the process behind the connected Unix socket `fd` may speak to us: root, our own user, or a member
/// of `group`. The file's mode says the same; this holds for who was handed a descriptor or moved into a
/// chroot too.
bool peer_is_allowed(int fd, std::optional<gid_t> group) noexcept;

}  // namespace vxtap::control
