#include "control/fdb_commands.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "control/params.hpp"
#include "control/replies.hpp"
#include "control/report_json.hpp"

namespace vxtap::control {
namespace {

json::value change(DaemonApi& daemon, const json::object& values, FdbVerb verb, const std::string& method) {
  const Params params(values, {"vni", "mac", "remote", "port", "state", "sticky"});
  FdbChange change{.verb = verb,
                   .vni = required(params.vni(), "vni"),
                   .mac = required(params.mac(), "mac"),
                   .remote = params.remote(),
                   .port = params.port(),
                   .state = params.state().value_or(FdbState::kPermanent),
                   .sticky = params.flag("sticky")};
  if (verb != FdbVerb::kDelete) required(change.remote, "remote");
  return outcome_document(method + " " + change.mac.to_string(), daemon.change_fdb(change));
}

}  // namespace

JsonText fdb_show(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {"vni", "mac", "remote", "state"});
  const auto vni = params.vni();
  const auto mac = params.mac();
  const auto remote = params.remote();
  const auto state = params.state();
  if (vni) segments_of(daemon, vni);
  auto entries = daemon.fdb();
  std::erase_if(entries, [&](const FdbReport& entry) {
    return (vni && entry.vni != *vni) || (mac && entry.mac != *mac) ||
           (remote && entry.remote.address != *remote) || (state && entry.state != *state);
  });
  return fdb_document(entries);
}

json::value fdb_add(DaemonApi& daemon, const json::object& values) {
  return change(daemon, values, FdbVerb::kAdd, "fdb.add");
}
json::value fdb_append(DaemonApi& daemon, const json::object& values) {
  return change(daemon, values, FdbVerb::kAppend, "fdb.append");
}
json::value fdb_replace(DaemonApi& daemon, const json::object& values) {
  return change(daemon, values, FdbVerb::kReplace, "fdb.replace");
}
json::value fdb_delete(DaemonApi& daemon, const json::object& values) {
  return change(daemon, values, FdbVerb::kDelete, "fdb.del");
}

json::value fdb_flush(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {"vni", "remote", "state"});
  const FdbSelection selection{.vni = params.vni(), .remote = params.remote(), .state = params.state()};
  if (selection.vni) segments_of(daemon, selection.vni);
  return json::object{{"flushed", daemon.flush_fdb(selection)}};
}

}  // namespace vxtap::control
