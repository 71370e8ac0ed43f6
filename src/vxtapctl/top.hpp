#pragma once

#include "ctl/arguments.hpp"
#include "ctl/run.hpp"

namespace vxtap::ctl {

/// `vxtapctl top`, until its user quits or SIGINT, SIGTERM, SIGHUP or SIGQUIT comes. kUsage when there is no
/// terminal. Throws as call() does; the terminal is restored before.
ExitCode top(const Arguments& arguments, const Output& output);

}  // namespace vxtap::ctl
