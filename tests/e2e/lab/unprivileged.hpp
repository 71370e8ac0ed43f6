#pragma once

#include <sys/types.h>

#include "lab/process.hpp"

namespace vxtap::lab {

/// A user id; the machine need not know it, and nothing belongs to it.
inline constexpr uid_t kPlainUser = 4242;

/// The command that runs a program of this build as `user`, without any capability and no way to one. It sees
/// /dev/net/tun as udev leaves it, open to all, and itself where that user may execute it, whatever the modes
/// of this machine's device and of the directories above the build.
Arguments without_privileges(uid_t user, const Arguments& program);

}  // namespace vxtap::lab
