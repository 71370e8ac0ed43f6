#pragma once

#include "ctl/arguments.hpp"
#include "ctl/exit_code.hpp"
#include "ctl/run.hpp"

namespace vxtap::ctl {

/// `vxtapctl capture`: copies the daemon's pcapng to the file, block by block, and tells how many packets
/// there were. Throws as stream() does, Unreachable also when the daemon leaves in the middle.
ExitCode capture(const Arguments& arguments, const Output& output);

}  // namespace vxtap::ctl
