#include "control/commands.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <string>

#include "control/explain_command.hpp"
#include "control/fdb_commands.hpp"
#include "control/mdb_commands.hpp"
#include "control/params.hpp"
#include "control/replies.hpp"
#include "control/report_json.hpp"
#include "control/version.hpp"

namespace vxtap::control {
namespace {

json::value show(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {"vni"});
  return show_document(segments_of(daemon, params.vni()));
}

json::value stats(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {"vni"});
  return stats_document(segments_of(daemon, params.vni()), daemon.totals());
}

json::value drops(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {});
  return drops_document(daemon.segments(), daemon.totals());
}

json::value reload(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {});
  return outcome_document("reload", daemon.reload());
}

json::value log(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {"level"});
  const auto level = required(params.text("level"), "level");
  return outcome_document("log " + std::string(level), daemon.set_log_level(level));
}

json::value version_of_daemon(DaemonApi&, const json::object& values) {
  const Params params(values, {});
  return json::object{{"vxtapd", to_json(version())}};
}

Later path_mtu(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {"remote", "vni"});
  return daemon.path_mtu({.remote = required(params.remote(), "remote"), .vni = params.vni()});
}

Later doctor(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {});
  return daemon.doctor();
}

struct Command {
  std::string_view method;
  JsonText (*run)(DaemonApi&, const json::object&);
};

template <json::value (*kRun)(DaemonApi&, const json::object&)>
JsonText written(DaemonApi& daemon, const json::object& values) {
  return {to_text(kRun(daemon, values))};
}

constexpr std::array kCommands{
    Command{"show", written<show>},
    Command{"fdb.show", fdb_show},
    Command{"fdb.add", written<fdb_add>},
    Command{"fdb.append", written<fdb_append>},
    Command{"fdb.replace", written<fdb_replace>},
    Command{"fdb.del", written<fdb_delete>},
    Command{"fdb.flush", written<fdb_flush>},
    Command{"mdb.show", written<mdb_show>},
    Command{"mdb.add", written<mdb_add>},
    Command{"mdb.del", written<mdb_delete>},
    Command{"explain", written<explain>},
    Command{"stats", written<stats>},
    Command{"drops", written<drops>},
    Command{"reload", written<reload>},
    Command{"log", written<log>},
    Command{"version", written<version_of_daemon>},
};

}  // namespace

Result begin_command(DaemonApi& daemon, std::string_view method, const json::object& params) {
  if (method == "path-mtu") return path_mtu(daemon, params);
  if (method == "doctor") return doctor(daemon, params);
  return run_command(daemon, method, params);
}

JsonText run_command(DaemonApi& daemon, std::string_view method, const json::object& params) {
  const auto* command =
      std::find_if(kCommands.begin(), kCommands.end(), [&](const Command& c) { return c.method == method; });
  if (command == kCommands.end())
    throw Fault(FaultCode::kMethodNotFound,
                "method not found: `" + std::string(method) + "`; is vxtapctl newer than vxtapd?");
  return command->run(daemon, params);
}

}  // namespace vxtap::control
