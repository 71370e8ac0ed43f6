#include "control/commands.hpp"

#include <algorithm>
#include <array>
#include <boost/json/value_from.hpp>
#include <string>
#include <vector>

#include "control/params.hpp"
#include "control/report_json.hpp"
#include "control/version.hpp"

namespace vxtap::control {
namespace {

Fault refused(const std::string& message) {
  return {FaultCode::kRefused, message, {message}};
}

/// All segments, or those of one VNI: there is more than one where it lives on several local endpoints.
std::vector<SegmentReport> segments_of(const DaemonApi& daemon, const std::optional<Vni>& vni) {
  auto segments = daemon.segments();
  if (!vni) return segments;
  std::erase_if(segments, [&](const SegmentReport& segment) { return segment.vni != *vni; });
  if (segments.empty())
    throw refused("VNI " + std::to_string(vni->value()) +
                  ": no such segment; `vxtapctl show` lists those configured");
  return segments;
}

json::value show(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {"vni"});
  return show_document(segments_of(daemon, params.vni()));
}

json::value fdb_show(DaemonApi& daemon, const json::object& values) {
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

json::value stats(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {"vni"});
  return stats_document(segments_of(daemon, params.vni()), daemon.totals());
}

json::value drops(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {});
  return drops_document(daemon.segments(), daemon.totals());
}

json::value outcome_document(const std::string& what, const Outcome& outcome) {
  if (outcome.ok) return json::object{{"ok", true}, {"messages", json::value_from(outcome.messages)}};
  if (outcome.messages.empty()) throw refused(what + ": refused; the daemon's log says why");
  throw Fault(FaultCode::kRefused, what + ": refused", outcome.messages);
}

json::value reload(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {});
  return outcome_document("reload", daemon.reload());
}

json::value log(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {"level"});
  const auto level = params.text("level");
  if (!level) throw Fault(FaultCode::kInvalidParams, "invalid params: `level` is missing");
  return outcome_document("log " + std::string(*level), daemon.set_log_level(*level));
}

json::value version_of_daemon(DaemonApi&, const json::object& values) {
  const Params params(values, {});
  const auto text = version();
  return json::object{{"vxtapd", json::string_view(text.data(), text.size())}};
}

struct Command {
  std::string_view method;
  json::value (*run)(DaemonApi&, const json::object&);
};

constexpr std::array kCommands{
    Command{"show", show},
    Command{"fdb.show", fdb_show},
    Command{"stats", stats},
    Command{"drops", drops},
    Command{"reload", reload},
    Command{"log", log},
    Command{"version", version_of_daemon},
};

}  // namespace

json::value run_command(DaemonApi& daemon, std::string_view method, const json::object& params) {
  const auto* command =
      std::find_if(kCommands.begin(), kCommands.end(), [&](const Command& c) { return c.method == method; });
  if (command == kCommands.end())
    throw Fault(FaultCode::kMethodNotFound,
                "method not found: `" + std::string(method) + "`; is vxtapctl newer than vxtapd?");
  return command->run(daemon, params);
}

}  // namespace vxtap::control
