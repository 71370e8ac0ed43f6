#include "ctl/arguments.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <charconv>
#include <cstdint>
#include <functional>
#include <optional>
#include <sstream>
#include <string_view>

#include "control/fdb_words.hpp"
#include "control/version.hpp"
#include "vxtap/mac_address.hpp"
#include "vxtap/vni.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap::ctl {
namespace {

struct Unit {
  std::string_view suffix;
  std::uint32_t milliseconds;
};
constexpr std::array kUnits{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}};

/// "500ms", "5s", "1m"; more than zero, a day at most.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::uint32_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view suffix(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  for (const auto& unit : kUnits) {
    if (unit.suffix != suffix) continue;
    const std::chrono::milliseconds time(std::uint64_t{number} * unit.milliseconds);
    return time.count() > 0 && time <= std::chrono::hours(24) ? std::optional(time) : std::nullopt;
  }
  return std::nullopt;
}

/// An option check: what is wrong with the text, or nothing.
template <class Parse>
CLI::Validator check_with(Parse parse, std::string wanted) {
  return CLI::Validator(
      [parse, wanted = std::move(wanted)](const std::string& text) {
        return parse(text) ? std::string() : text + ": not " + wanted;
      },
      "");
}

std::optional<Vni> parse_vni(std::string_view text) {
  std::uint32_t number = 0;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return Vni::from(number);
}

/// The command line's grammar; fills `arguments_` as CLI11 walks over it.
class Parser {
 public:
  Parser() {
    app_.set_version_flag("--version", "vxtapctl " + std::string(control::version()));
    app_.add_option("-s,--socket", arguments_.socket, "The daemon's control socket")->capture_default_str();
    app_.add_flag("-j,--json", arguments_.json, "Print one JSON document");
    app_.add_option_function<std::string>(
            "--timeout", [this](const std::string& text) { arguments_.timeout = *parse_duration(text); },
            "Give up on the daemon after this long (default 5s)")
        ->check(check_with(parse_duration, "a duration like 500ms, 5s or 1m"))
        ->type_name("DURATION");
    app_.require_subcommand(1);
    add_commands();
  }

  std::variant<Arguments, Notice> parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
      return arguments_;
    } catch (const CLI::RequiredError& error) {
      const auto unknown = app_.remaining();
      if (unknown.empty()) return notice(error);
      return Notice{true, "vxtapctl: " + unknown.front() + ": no such command; --help lists them\n"};
    } catch (const CLI::ParseError& error) {
      return notice(error);
    }
  }

 private:
  Notice notice(const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const bool failed = app_.exit(error, out, err) != 0;
    return {failed, failed ? "vxtapctl: " + err.str() : out.str()};
  }

  CLI::App* command(CLI::App& parent, Command which, const std::string& name, const std::string& what) {
    auto* command = parent.add_subcommand(name, what);
    command->fallthrough();  // -j and -s behind the command as well
    command->parse_complete_callback([this, which] { arguments_.command = which; });
    return command;
  }

  void add_commands() {
    vni(command(app_, Command::kShow, "show", "Segments: TAP, peers, FDB fill, traffic, drops"), "VNI");
    auto* fdb = app_.add_subcommand("fdb", "The forwarding database");
    fdb->fallthrough();
    fdb->require_subcommand(1);
    add_fdb_filters(
        *command(*fdb, Command::kFdbShow, "show", "The table, and the flood list as the all-zero MAC"));
    vni(command(app_, Command::kStats, "stats", "All counters"), "--vni");
    command(app_, Command::kDrops, "drops", "Every drop reason: count, meaning, what usually mends it");
    command(app_, Command::kReload, "reload", "Have the daemon read its configuration again");
    command(app_, Command::kCheck, "check", "Check a configuration file without the daemon")
        ->add_option("FILE", arguments_.file, "The file")
        ->required();
    text(command(app_, Command::kLog, "log", "Set the daemon's log level"), "LEVEL", "level",
         "trace, debug, info, warn or error")
        ->required();
    command(app_, Command::kVersion, "version", "Version of the tool and of the daemon");
  }

  void add_fdb_filters(CLI::App& show) {
    vni(&show, "--vni");
    text(&show, "--mac", "mac", "Only this MAC address")
        ->check(check_with(MacAddress::parse, "a MAC address like 02:00:00:00:00:09"))
        ->type_name("MAC");
    text(&show, "--remote", "remote", "Only entries that point to this address")
        ->check(check_with(VtepAddress::parse, "an IP address"))
        ->type_name("ADDR");
    text(&show, "--state", "state", "Only entries in this state")
        ->check(check_with(control::parse_fdb_state, "permanent, static or reachable"))
        ->type_name("STATE");
  }

  void vni(CLI::App* command, const std::string& option) {
    command
        ->add_option_function<std::string>(
            option,
            [this](const std::string& value) { arguments_.params["vni"] = parse_vni(value)->value(); },
            "Only segments with this VNI")
        ->check(check_with(parse_vni, "a VNI from 0 to 16777215"))
        ->type_name(option == "VNI" ? "" : "VNI");
  }

  CLI::Option* text(CLI::App* command, const std::string& option, const std::string& param,
                    const std::string& what) {
    return command
        ->add_option_function<std::string>(
            option, [this, param](const std::string& value) { arguments_.params[param] = value; }, what)
        ->type_name("");
  }

  CLI::App app_{"Looks into a running vxtapd and changes it.", "vxtapctl"};
  Arguments arguments_;
};

}  // namespace

std::variant<Arguments, Notice> parse_arguments(int argc, const char* const* argv) {
  return Parser().parse(argc, argv);
}

}  // namespace vxtap::ctl
