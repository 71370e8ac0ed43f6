#pragma once

#include <boost/json/object.hpp>

#include "control/daemon_api.hpp"
#include "control/json_text.hpp"

/// The methods fdb.* of the control socket; see commands.hpp for what they return and throw.
namespace vxtap::control {

/// {vni, mac, remote, state}, each a filter.
JsonText fdb_show(DaemonApi& daemon, const json::object& values);

/// {vni, mac, remote, port, state, sticky}; vni, mac and remote are needed.
json::value fdb_add(DaemonApi& daemon, const json::object& values);
json::value fdb_append(DaemonApi& daemon, const json::object& values);
json::value fdb_replace(DaemonApi& daemon, const json::object& values);
/// The same; remote is needed only where the MAC has several.
json::value fdb_delete(DaemonApi& daemon, const json::object& values);

/// {vni, remote, state}, each a filter; without `state` the dynamic entries. Returns {"flushed":N}.
json::value fdb_flush(DaemonApi& daemon, const json::object& values);

}  // namespace vxtap::control
