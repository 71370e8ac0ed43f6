#include "control/mdb_commands.hpp"

#include <string>
#include <vector>

#include "control/params.hpp"
#include "control/replies.hpp"
#include "control/report_json.hpp"

namespace vxtap::control {
namespace {

json::value change(DaemonApi& daemon, const json::object& values, bool add) {
  const Params params(values, {"vni", "group", "remote", "port"});
  const MdbChange change{.add = add,
                         .vni = required(params.vni(), "vni"),
                         .group = required(params.group(), "group"),
                         .remote = required(params.remote(), "remote"),
                         .port = params.port()};
  return outcome_document(add ? "mdb.add" : "mdb.del", daemon.change_mdb(change));
}

}  // namespace

json::value mdb_show(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {"vni"});
  const auto vni = params.vni();
  if (vni) segments_of(daemon, vni);
  auto members = daemon.mdb();
  std::erase_if(members, [&](const MdbReport& member) { return vni && member.vni != *vni; });
  return mdb_document(members);
}

json::value mdb_add(DaemonApi& daemon, const json::object& values) {
  return change(daemon, values, true);
}
json::value mdb_delete(DaemonApi& daemon, const json::object& values) {
  return change(daemon, values, false);
}

}  // namespace vxtap::control
