#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string>
#include <variant>

#include "control/json_text.hpp"

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
  kMonitor,
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
  json::object params;  ///< of the daemon's method, as control/commands.cpp knows them
  std::string file;     ///< with kCheck
  bool all = false;     ///< with kDoctor: what is in order as well
};

/// A command line that asks for nothing to be done: a usage error, --help or --version. Text ends in a
/// newline.
struct Notice {
  bool is_error = false;
  std::string text;
};

std::variant<Arguments, Notice> parse_arguments(int argc, const char* const* argv);

}  // namespace vxtap::ctl
