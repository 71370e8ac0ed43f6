#include "ctl/grammar.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/value_from.hpp>
#include <utility>
#include <vector>

#include "control/events.hpp"
#include "control/fdb_words.hpp"
#include "control/version.hpp"
#include "ctl/examples.hpp"
#include "ctl/option_check.hpp"
#include "ctl/option_values.hpp"
#include "vxtap/mac_address.hpp"

namespace vxtap::ctl {
namespace {

constexpr auto kVniOfChange = "The segment's VNI, or its name";

}  // namespace

Grammar::Grammar(Arguments& arguments)
    : app_("Looks into a running vxtapd and changes it.", "vxtapctl"), arguments_(arguments) {
  add_global_options();
  app_.require_subcommand(1);
  vni(command(app_, Command::kShow, "show", "Segments: TAP, peers, FDB fill, traffic, drops"), "VNI",
      kOnlyVni);
  add_fdb();
  add_mdb();
  add_rest();
  add_examples(app_);
}

void Grammar::add_global_options() {
  app_.set_version_flag("--version", "vxtapctl " + std::string(control::version()));
  app_.add_option("-s,--socket", arguments_.socket, "The daemon's control socket")->capture_default_str();
  app_.add_flag("-j,--json", arguments_.json,
                "Print one JSON document, or one object a line where it streams");
  app_.add_option_function<std::string>(
          "--timeout", [this](const std::string& text) { arguments_.timeout = *parse_duration(text); },
          "Give up on the daemon after this long (default 5s)")
      ->check(check_with(parse_duration, "a duration like 500ms, 5s or 1m"))
      ->type_name("DURATION");
}

CLI::App* Grammar::command(CLI::App& parent, Command which, const std::string& name,
                           const std::string& what) {
  auto* command = parent.add_subcommand(name, what);
  command->fallthrough();  // -j and -s behind the command as well
  command->parse_complete_callback([this, which] { arguments_.command = which; });
  return command;
}

CLI::App* Grammar::family(const std::string& name, const std::string& what) {
  auto* family = app_.add_subcommand(name, what);
  family->fallthrough();
  family->require_subcommand(1);
  return family;
}

void Grammar::add_fdb() {
  auto* fdb = family("fdb", "The forwarding database");
  auto* show = command(*fdb, Command::kFdbShow, "show", "The table, and the flood list as the all-zero MAC");
  vni(show, "--vni", kOnlyVni);
  mac(show, "--mac", "Only this MAC address");
  address(show, "Only entries that point to this address");
  state(show, "Only entries in this state");
  add_fdb_change(*fdb, Command::kFdbAdd, "add", "Add an entry for a MAC that has none");
  add_fdb_change(*fdb, Command::kFdbAppend, "append",
                 "Add one more remote to a multicast MAC, or to the flood list (the all-zero MAC)");
  add_fdb_change(*fdb, Command::kFdbReplace, "replace", "Add an entry, or put it in the place of another");
  add_fdb_change(*fdb, Command::kFdbDelete, "del", "Remove an entry, or one of its remotes");
  auto* flush = command(*fdb, Command::kFdbFlush, "flush", "Remove the dynamic entries, and say how many");
  vni(flush, "--vni", kOnlyVni);
  address(flush, "Only entries that point to this address");
  state(flush, "Entries in this state instead of the dynamic ones");
}

void Grammar::add_fdb_change(CLI::App& fdb, Command which, const std::string& name, const std::string& what) {
  auto* change = command(fdb, which, name, what);
  mac(change, "MAC", "The inner MAC address; all zero for the flood list")->required();
  vni(change, "--vni", kVniOfChange)->required();
  auto* where = remote(change, "The VTEP, and its UDP port where it is not the segment's");
  if (which != Command::kFdbDelete) where->required();
  const auto state_flag = [&](const std::string& flag, FdbState state, const std::string& meaning) {
    return change->add_flag_callback(
        flag, [this, state] { arguments_.params["state"] = std::string(control::word(state)); }, meaning);
  };
  auto* fixed = state_flag("--static", FdbState::kStatic, "Neither ages nor moves");
  auto* permanent = state_flag("--permanent", FdbState::kPermanent, "Neither ages nor moves (default)");
  auto* dynamic = state_flag("--dynamic", FdbState::kReachable, "Ages and moves as if learned");
  fixed->excludes(permanent)->excludes(dynamic);
  permanent->excludes(dynamic);
  change->add_flag_callback(
      "--sticky", [this] { arguments_.params["sticky"] = true; }, "Does not move, even if it ages");
}

void Grammar::add_mdb() {
  auto* mdb = family("mdb", "The multicast database");
  vni(command(*mdb, Command::kMdbShow, "show", "Which remotes take part in which group"), "--vni", kOnlyVni);
  add_mdb_change(*mdb, Command::kMdbAdd, "add", "Add a remote to a group");
  add_mdb_change(*mdb, Command::kMdbDelete, "del", "Remove a remote from a group");
}

void Grammar::add_mdb_change(CLI::App& mdb, Command which, const std::string& name, const std::string& what) {
  auto* change = command(mdb, which, name, what);
  text(change, "GROUP", "group", "The inner group, an IP or a MAC address")
      ->check(check_with([](const std::string& group) { return is_group(group); }, "an IP or MAC address"))
      ->required();
  vni(change, "--vni", kVniOfChange)->required();
  remote(change, "The VTEP, and its UDP port where it is not the segment's")->required();
}

void Grammar::add_rest() {
  auto* stats = command(app_, Command::kStats, "stats", "All counters");
  vni(stats, "--vni", kOnlyVni);
  watch(stats);
  watch(command(app_, Command::kDrops, "drops", "Every drop reason: count, meaning, what usually mends it"));
  command(app_, Command::kTop, "top", "Segments, remotes, drops and events, live on the terminal");
  add_monitor();
  add_explain();
  add_capture();
  add_inspection();
  command(app_, Command::kReload, "reload", "Have the daemon read its configuration again");
  command(app_, Command::kCheck, "check", "Check a configuration file without the daemon")
      ->add_option("FILE", arguments_.file, "The file")
      ->required();
  text(command(app_, Command::kLog, "log", "Set the daemon's log level"), "LEVEL", "level",
       "trace, debug, info, warn or error")
      ->required();
  command(app_, Command::kVersion, "version", "Version of the tool and of the daemon");
}

void Grammar::add_monitor() {
  const auto take = [this](const std::vector<std::string>& words) {
    arguments_.params["topics"] = json::value_from(words);
  };
  command(app_, Command::kMonitor, "monitor", "Events as they happen, until Ctrl-C")
      ->add_option_function<std::vector<std::string>>("TOPIC", take,
                                                      "fdb, drops, segments, config; without any, all")
      ->check(check_with(control::parse_event_topic, "one of fdb, drops, segments and config"))
      ->type_name("");
}

void Grammar::add_inspection() {
  auto* path = command(app_, Command::kPathMtu, "path-mtu",
                       "Probe the underlay, and say which inner MTU fits on the way to a remote");
  text(path, "REMOTE", "remote", "The VTEP's address; it need not be configured")
      ->check(check_with(VtepAddress::parse, "an IP address without port and zone"))
      ->required();
  vni(path, "--vni", "Probe from this segment's local VTEP");
  command(app_, Command::kDoctor, "doctor", "Check what usually breaks, each finding with its mend")
      ->add_flag("--all", arguments_.all, "List what is in order, too");
}

CLI::Option* Grammar::text(CLI::App* command, const std::string& option, const std::string& param,
                           const std::string& what) {
  return command
      ->add_option_function<std::string>(
          option, [this, param](const std::string& value) { arguments_.params[param] = value; }, what)
      ->type_name("");
}

CLI::Option* Grammar::vni(CLI::App* command, const std::string& option, const std::string& what) {
  return command
      ->add_option_function<std::string>(
          option,
          [this](const std::string& value) {
            if (const auto number = parse_vni(value)) {
              arguments_.params["vni"] = number->value();
            } else {
              arguments_.segment = value;
            }
          },
          what)
      ->check(check_with(is_segment, kNoSegment))
      ->type_name(option == "VNI" ? "" : "VNI");
}

CLI::Option* Grammar::mac(CLI::App* command, const std::string& option, const std::string& what) {
  return text(command, option, "mac", what)
      ->check(check_with(MacAddress::parse, "a MAC address like 02:00:00:00:00:09"))
      ->type_name(option == "MAC" ? "" : "MAC");
}

CLI::Option* Grammar::address(CLI::App* command, const std::string& what) {
  return text(command, "--remote", "remote", what)
      ->check(check_with(VtepAddress::parse, "an IP address without port and zone"))
      ->type_name("ADDR");
}

CLI::Option* Grammar::state(CLI::App* command, const std::string& what) {
  return text(command, "--state", "state", what)
      ->check(check_with(control::parse_fdb_state, "permanent, static or reachable"))
      ->type_name("STATE");
}

CLI::Option* Grammar::remote(CLI::App* command, const std::string& what) {
  const auto take = [this](const std::string& value) {
    const auto remote = *parse_remote(value);
    arguments_.params["remote"] = remote.address.to_string();
    if (remote.port) arguments_.params["port"] = *remote.port;
  };
  return command->add_option_function<std::string>("--remote", take, what)
      ->check(check_with(parse_remote, "an address like 192.0.2.9, 192.0.2.9:4789 or [2001:db8::9]:4789"))
      ->type_name("ADDR[:PORT]");
}

}  // namespace vxtap::ctl
