#pragma once

#include <string_view>

#include "control/daemon_api.hpp"
#include "control/json_rpc.hpp"

namespace vxtap::control {

/// Runs the method `method`, or begins it when it takes its time. Throws Fault as run_command does.
Result begin_command(DaemonApi& daemon, std::string_view method, const json::object& params);

/// Runs the method `method` of the control socket on `daemon`, one that takes no time; the result is what
/// `vxtapctl -j` prints. Throws Fault: unknown method, wrong parameters, or refused.
JsonText run_command(DaemonApi& daemon, std::string_view method, const json::object& params);

}  // namespace vxtap::control
