#pragma once

#include <boost/json/object.hpp>

#include "control/daemon_api.hpp"
#include "control/json_text.hpp"

/// The methods mdb.* of the control socket; see commands.hpp for what they return and throw.
namespace vxtap::control {

/// {vni}, a filter.
json::value mdb_show(DaemonApi& daemon, const json::object& values);
/// {vni, group, remote, port}; all but port are needed.
json::value mdb_add(DaemonApi& daemon, const json::object& values);
json::value mdb_delete(DaemonApi& daemon, const json::object& values);

}  // namespace vxtap::control
