#pragma once

#include <string>

namespace vxtap::daemon {

/// Prints the configuration of the iproute2 commands to standard output and what there is to say about them
/// to standard error. `commands` of "-" are read from standard input.
int print_from_ip(const std::string& commands);

}  // namespace vxtap::daemon
