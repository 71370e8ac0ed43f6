#pragma once

namespace vxtap::ctl {

/// vxtapctl(8), EXIT STATUS.
enum class ExitCode : int { kDone = 0, kRefused = 1, kUsage = 2, kUnreachable = 3, kTimeout = 4 };

}  // namespace vxtap::ctl
