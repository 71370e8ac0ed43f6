#pragma once

#include "ctl/arguments.hpp"
#include "ctl/run.hpp"

namespace vxtap::ctl {

/// `stats --watch` and `drops --watch`, until SIGINT or SIGTERM, or until what they print is not taken.
/// Throws as call() does, Unreachable when the daemon goes away as well.
void watch(const Arguments& arguments, const Output& output);

}  // namespace vxtap::ctl
