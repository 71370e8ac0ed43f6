#include "ctl/run.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value_from.hpp>
#include <iostream>
#include <stdexcept>
#include <string>
#include <variant>

#include "control/version.hpp"
#include "ctl/arguments.hpp"
#include "ctl/capture.hpp"
#include "ctl/capture_sink.hpp"
#include "ctl/check.hpp"
#include "ctl/client.hpp"
#include "ctl/explain_request.hpp"
#include "ctl/fields.hpp"
#include "ctl/render.hpp"
#include "ctl/segment_name.hpp"
#include "ctl/top.hpp"
#include "ctl/watch.hpp"
#include "vxtap/drop_reason.hpp"

namespace vxtap::ctl {
namespace {

/// A command that is one call and one document.
struct Query {
  Command command;
  std::string_view method;
  std::string (*render)(const json::value&, const Style&);
};

constexpr std::array kQueries{
    Query{Command::kShow, "show", render_show},
    Query{Command::kFdbShow, "fdb.show", render_fdb},
    Query{Command::kFdbAdd, "fdb.add", render_outcome},
    Query{Command::kFdbAppend, "fdb.append", render_outcome},
    Query{Command::kFdbReplace, "fdb.replace", render_outcome},
    Query{Command::kFdbDelete, "fdb.del", render_outcome},
    Query{Command::kFdbFlush, "fdb.flush", render_flushed},
    Query{Command::kMdbShow, "mdb.show", render_mdb},
    Query{Command::kMdbAdd, "mdb.add", render_outcome},
    Query{Command::kMdbDelete, "mdb.del", render_outcome},
    Query{Command::kStats, "stats", render_stats},
    Query{Command::kDrops, "drops", render_drops},
    Query{Command::kPathMtu, "path-mtu", render_path_mtu},
    Query{Command::kReload, "reload", render_outcome},
    Query{Command::kLog, "log", render_outcome},
};

const Query& query_of(Command command) {
  for (const auto& query : kQueries)
    if (query.command == command) return query;
  throw std::logic_error("command without a query");
}

Daemon daemon_of(const Arguments& arguments) {
  return {arguments.socket, arguments.timeout};
}

/// What `render` returns; what it throws is the document's fault, which answers `method`.
template <class Render>
std::string rendered(const Arguments& arguments, std::string_view method, Render render) {
  try {
    return render();
  } catch (const std::exception& error) {
    throw Unreachable(arguments.socket + ": the answer to `" + std::string(method) +
                      "` is not what this vxtapctl knows (" + error.what() + "); are both of one version?");
  }
}

void query(const Arguments& arguments, const Output& output) {
  const auto& query = query_of(arguments.command);
  const auto document = call(daemon_of(arguments), query.method, arguments.params);
  if (arguments.json) {
    output.out << control::to_text(document) << '\n';
    return;
  }
  output.out << rendered(arguments, query.method, [&] { return query.render(document, output.style); });
}

ExitCode check(const Arguments& arguments, const Output& output) {
  const auto result = config::load_file(arguments.file);
  if (arguments.json) {
    output.out << control::to_text(check_document(result)) << '\n';
  } else {
    for (const auto& diagnostic : result.diagnostics) output.err << to_string(diagnostic) << '\n';
    if (result.config) output.out << check_summary(arguments.file, *result.config);
  }
  return result.config ? ExitCode::kDone : ExitCode::kRefused;
}

std::optional<SegmentTag> tag_of(const Arguments& arguments, Vni vni) {
  const auto document = call(daemon_of(arguments), "show", {{"vni", vni.value()}});
  const auto& segment = document.as_array().at(0);
  if (!segment.as_object().contains("vlan")) return std::nullopt;
  return SegmentTag{field(segment, "vlan").to_number<std::uint16_t>(), text(segment, "ifname")};
}

/// The daemon's document with our notes before its own.
json::value ask_explain(const Arguments& arguments, const ExplainRequest& request) {
  auto document = call(daemon_of(arguments), "explain", request.params);
  auto notes = json::value_from(request.notes).as_array();
  if (const auto* told = document.as_object().if_contains("notes"))
    notes.insert(notes.end(), told->as_array().begin(), told->as_array().end());
  document.as_object()["notes"] = std::move(notes);
  return document;
}

/// What was captured on its way out is judged as that; empty where it cannot be.
std::optional<json::value> explain_captured_here(const Arguments& arguments, const ExplainRequest& received,
                                                 const ExplainSources& sources) {
  try {
    const auto sent = explain_sent(received, sources);
    return sent ? std::optional(ask_explain(arguments, *sent)) : std::nullopt;
  } catch (const Refused&) {
    return std::nullopt;  // of that VNI there is no segment here, or several
  }
}

void explain(const Arguments& arguments, const Output& output) {
  const ExplainSources sources{.input = std::cin, .tag_of = [&](Vni vni) { return tag_of(arguments, vni); }};
  const auto request = explain_request(arguments.explain, sources);
  auto document = ask_explain(arguments, request);
  const bool ours =
      field(document, "reason") == json::value(control::to_json(to_string(DropReason::kOwnAddress)));
  if (!arguments.explain.from && ours)
    if (auto sent = explain_captured_here(arguments, request, sources)) document = *std::move(sent);
  output.out << (arguments.json ? control::to_text(document) + '\n' : rendered(arguments, "explain", [&] {
    return render_explain(document, output.style);
  }));
}

void print_versions(const Arguments& arguments, const Output& output, const json::value& daemon) {
  const std::string tool(control::version());
  if (arguments.json) {
    output.out << control::to_text(json::object{{"vxtapctl", tool}, {"vxtapd", daemon}}) << '\n';
    return;
  }
  output.out << "vxtapctl " << tool << '\n';
  if (daemon.is_string()) output.out << "vxtapd   " << json::value_to<std::string>(daemon) << '\n';
}

void monitor(const Arguments& arguments, const Output& output) {
  follow(daemon_of(arguments), arguments.params, [&](const json::value& event) {
    output.streamed = true;
    output.out << (arguments.json ? control::to_text(event) + '\n' : rendered(arguments, "subscribe", [&] {
      return render_event(event, output.style);
    }));
    return static_cast<bool>(output.out.flush());
  });
}

void doctor(const Arguments& arguments, const Output& output) {
  const auto document = call(daemon_of(arguments), "doctor", arguments.params);
  output.out << (arguments.json ? control::to_text(document) + '\n' : rendered(arguments, "doctor", [&] {
    return render_doctor(document, output.style, arguments.all);
  }));
}

/// The tool's own version is told whether or not there is a daemon.
void versions(const Arguments& arguments, const Output& output) {
  json::value daemon;
  try {
    daemon = field(call(daemon_of(arguments), "version", {}), "vxtapd");
  } catch (const Refused&) {
    throw;  // a document of its own
  } catch (const std::exception&) {
    print_versions(arguments, output, nullptr);
    throw;
  }
  print_versions(arguments, output, daemon);
}

ExitCode execute(const Arguments& arguments, const Output& output) {
  switch (arguments.command) {
    case Command::kCheck:
      return check(arguments, output);
    case Command::kVersion:
      versions(arguments, output);
      return ExitCode::kDone;
    case Command::kExplain:
      explain(arguments, output);
      return ExitCode::kDone;
    case Command::kCapture:
      return capture(arguments, output);
    case Command::kDoctor:
      doctor(arguments, output);
      return ExitCode::kDone;
    case Command::kMonitor:
      monitor(arguments, output);
      return ExitCode::kDone;
    case Command::kTop:
      return top(arguments, output);
    case Command::kStats:
    case Command::kDrops:
      arguments.watch ? watch(arguments, output) : query(arguments, output);
      return ExitCode::kDone;
    default:
      query(arguments, output);
      return ExitCode::kDone;
  }
}

void print_refusal(const Output& output, const std::vector<std::string>& messages) {
  const json::object document{{"ok", false}, {"messages", json::value_from(messages)}};
  output.out << control::to_text(document) << '\n';
}

/// Where a failure is a document as well: with -j, but not among a capture's packets.
bool refuses_in_json(const Arguments& arguments) {
  return arguments.json && !(arguments.command == Command::kCapture && arguments.file == kStandardOutput);
}

ExitCode fail(const Output& output, bool as_json, ExitCode code, const std::vector<std::string>& messages) {
  if (as_json) print_refusal(output, messages);
  for (const auto& message : messages) output.err << "vxtapctl: " << message << '\n';
  return code;
}

ExitCode finish(const Output& output, const Notice& notice) {
  (notice.is_error ? output.err : output.out) << notice.text;
  if (!notice.is_error) return ExitCode::kDone;
  if (notice.json) {
    // The first line without who says it; what follows points to --help.
    constexpr std::string_view kSpeaker = "vxtapctl: ";
    const auto line = notice.text.substr(0, notice.text.find('\n'));
    print_refusal(output, {line.starts_with(kSpeaker) ? line.substr(kSpeaker.size()) : line});
  }
  return ExitCode::kUsage;
}

/// The VNI in the place of a segment's name.
void resolve_name(Arguments& arguments) {
  if (arguments.segment.empty()) return;
  const auto vni = vni_of_name(call(daemon_of(arguments), "show", {}), arguments.segment);
  if (arguments.command == Command::kExplain)
    arguments.explain.vni = Vni::from(vni);
  else
    arguments.params["vni"] = vni;
}

}  // namespace

ExitCode run(int argc, const char* const* argv, const Output& output) {
  auto parsed = parse_arguments(argc, argv);
  if (const auto* notice = std::get_if<Notice>(&parsed)) return finish(output, *notice);
  auto& arguments = std::get<Arguments>(parsed);
  const bool json = refuses_in_json(arguments);
  const auto fail_with = [&](ExitCode code, const std::exception& error) {
    // The versions were told already, the daemon's as null.
    const bool behind = output.streamed || arguments.command == Command::kVersion;
    return fail(output, json && !behind, code, {error.what()});
  };
  try {
    resolve_name(arguments);
    return execute(arguments, output);
  } catch (const Refused& refused) {
    return fail(output, json, ExitCode::kRefused, refused.messages());
  } catch (const WrongUsage& error) {
    return fail_with(ExitCode::kUsage, error);
  } catch (const TimedOut& error) {
    return fail_with(ExitCode::kTimeout, error);
  } catch (const std::exception& error) {
    return fail_with(ExitCode::kUnreachable, error);
  }
}

}  // namespace vxtap::ctl
