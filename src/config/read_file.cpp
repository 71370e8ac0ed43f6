#include "config/sections.hpp"

namespace vxtap::config {
namespace {

constexpr std::uint64_t kMaxThreads = 64;
constexpr std::size_t kMaxSocketPath = 107;  // sun_path of unix(7) without its zero

constexpr Choice<LogLevel> named(LogLevel level) {
  return {to_string(level), level};
}
constexpr Choice<LogLevel> kLogLevels[] = {named(LogLevel::kTrace), named(LogLevel::kDebug),
                                           named(LogLevel::kInfo), named(LogLevel::kWarn),
                                           named(LogLevel::kError)};

void read_level(const Value& value, Config& config) {
  if (const auto level = read_choice(value, kLogLevels)) config.log_level = *level;
}

void read_socket(const Value& value, Control& control) {
  auto path = read_text(value, "an absolute path such as /run/vxtapd/control.sock");
  if (!path) return;
  if (path->find('\0') != std::string::npos) {
    value.fail("contains a zero byte; write a path");
  } else if (!path->starts_with('/')) {
    value.fail(quote(*path) + " is no absolute path; begin it with /");
  } else if (path->size() > kMaxSocketPath) {
    value.fail("is " + std::to_string(path->size()) + " bytes long; a socket's path has at most 107");
  } else {
    control.socket = *std::move(path);
  }
}

void read_group(const Value& value, Control& control) {
  auto group = read_text(value, "the name of a group");
  if (!group) return;
  if (group->empty()) return value.fail("is empty; name a group or leave the key out");
  control.group = *std::move(group);
}

void read_listen(const Value& value, Metrics& metrics) {
  const auto listen = read_remote(value, WrittenPort::kRequired);
  if (!listen) return;
  const auto& [where, port] = *listen;
  const auto refuse = [&](std::string_view why) { value.fail(join({quote(value.node().text), " ", why})); };
  if (const auto problem = not_unicast(where.address); !problem.empty() && !where.address.is_unspecified())
    return refuse(join({problem, "; write one of this host's own, such as 127.0.0.1"}));
  if (where.address.is_link_local() && where.scope.empty())
    return refuse("is link-local; name its interface behind a %");
  metrics.listen = Listen{where.address, where.scope, port};
}

void read_log(const Value& value, FileDraft& file) {
  read_section(kLogSection, value, file.values);
}
void read_control(const Value& value, FileDraft& file) {
  read_section(kControlSection, value, file.values.control);
}
void read_metrics(const Value& value, FileDraft& file) {
  read_section(kMetricsSection, value, file.values.metrics);
}
void read_underlay(const Value& value, FileDraft& file) {
  read_section(kUnderlaySection, value, file.underlay);
}

void read_workers(const Value& value, FileDraft& file) {
  if (is_word(value.node(), "auto")) return;
  if (const auto workers = read_number(value, {1, kMaxThreads}, "auto"))
    file.values.workers = static_cast<unsigned>(*workers);
}

void read_busy_poll(const Value& value, FileDraft& file) {
  if (const auto time = read_duration(value, std::chrono::seconds(1))) file.values.busy_poll = *time;
}

// The segments inherit the file's underlay, which may stand below them: they are read afterwards.
void note_segments(const Value& value, FileDraft& file) {
  file.segments = value;
}

constexpr Field<FileDraft> kFileFields[] = {
    {"log", read_log},           {"control", read_control},     {"metrics", read_metrics},
    {"workers", read_workers},   {"busy_poll", read_busy_poll}, {"underlay", read_underlay},
    {"segments", note_segments},
};
constexpr Field<Config> kLogFields[] = {{"level", read_level}};
constexpr Field<Control> kControlFields[] = {{"socket", read_socket}, {"group", read_group}};
constexpr Field<Metrics> kMetricsFields[] = {{"listen", read_listen}};

}  // namespace

constinit const Section<FileDraft> kFileSection{"", kFileFields};
constinit const Section<Config> kLogSection{"log", kLogFields};
constinit const Section<Control> kControlSection{"control", kControlFields};
constinit const Section<Metrics> kMetricsSection{"metrics", kMetricsFields};

}  // namespace vxtap::config
