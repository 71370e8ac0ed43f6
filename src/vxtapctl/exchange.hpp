#pragma once

#include <string>
#include <string_view>

#include "ctl/client.hpp"

/// What goes over the control socket, line by line (JSON-RPC 2.0).
namespace vxtap::ctl {

/// With its newline.
std::string request_line(std::string_view method, const json::object& params);

/// The result in an answer; throws Refused for an error, and Unreachable for what no daemon says.
json::value result_in(const Daemon& daemon, const std::string& line);
/// One line of a stream; throws Unreachable.
json::value event_in(const Daemon& daemon, const std::string& line);

}  // namespace vxtap::ctl
