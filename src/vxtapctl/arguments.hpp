#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "control/json_text.hpp"
#include "ctl/explain_options.hpp"

namespace vxtap::ctl {

namespace json = boost::json;

enum class Command {
  kShow,
  kFdbShow,
  kFdbAdd,
  kFdbAppend,
  kFdbReplace,
  kFdbDelete,
  kFdbFlush,
  kMdbShow,
  kMdbAdd,
  kMdbDelete,
  kStats,
  kDrops,
  kExplain,
  kTop,
  kMonitor,
  kCapture,
  kPathMtu,
  kDoctor,
  kReload,
  kCheck,
  kLog,
  kVersion
};

/// The command line, checked.
struct Arguments {
  Command command = Command::kShow;
  std::string socket = "/run/vxtapd/control.sock";
  bool json = false;
  std::chrono::milliseconds timeout{5000};
  std::optional<std::chrono::milliseconds> watch = {};  ///< the period of --watch
  std::string segment;                                  ///< a name that stands for the parameter `vni`
  json::object params;     ///< of the daemon's method, as control/commands.cpp knows them
  std::string file;        ///< with kCheck and kCapture
  ExplainOptions explain;  ///< with kExplain, checked
  bool all = false;        ///< with kDoctor: what is in order as well
};

/// A command line that asks for nothing to be done: a usage error, --help or --version. Text ends in a
/// newline.
struct Notice {
  bool is_error = false;
  bool json = false;  ///< -j was among the words
  std::string text;
};

std::variant<Arguments, Notice> parse_arguments(int argc, const char* const* argv);

}  // namespace vxtap::ctl
