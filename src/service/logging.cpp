#include "service/logging.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "service/log_writer.hpp"

namespace vxtap::service {
namespace {

/// stderr is the socket that systemd named in JOURNAL_STREAM=DEVICE:INODE (systemd.exec(5)).
bool stderr_is_the_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status {};
  if (stream == nullptr || fstat(STDERR_FILENO, &status) != 0) return false;
  return stream == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

/// The syslog priority of a message, as sd-daemon(3) reads it at the beginning of a line.
class PriorityFlag final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    out.push_back(priority(message.level));
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<PriorityFlag>(); }

 private:
  static char priority(spdlog::level::level_enum level) noexcept {
    switch (level) {
      case spdlog::level::critical:
        return '2';
      case spdlog::level::err:
        return '3';
      case spdlog::level::warn:
        return '4';
      case spdlog::level::info:
        return '6';
      default:
        return '7';
    }
  }
};

constexpr const char* kPriorityOfWarnings = "<4>";

LogWriter& writer() {
  static LogWriter of_stderr(STDERR_FILENO, stderr_is_the_journal() ? kPriorityOfWarnings : "");
  return of_stderr;
}

/// What spdlog writes to: it flushes once for each line.
std::FILE* stream() {
  constexpr std::size_t kLongestLine = 65536;
  cookie_io_functions_t functions{};
  functions.write = [](void*, const char* text, std::size_t size) {
    writer().write({text, size});
    return static_cast<ssize_t>(size);
  };
  std::FILE* file = fopencookie(nullptr, "w", functions);
  if (file == nullptr || std::setvbuf(file, nullptr, _IOFBF, kLongestLine) != 0) throw std::bad_alloc();
  return file;
}

spdlog::color_mode colors() {
  using spdlog::details::os::in_terminal, spdlog::details::os::is_color_terminal;
  return in_terminal(stderr) && is_color_terminal() ? spdlog::color_mode::always : spdlog::color_mode::never;
}

}  // namespace

void drain_log() {
  writer().drain(std::chrono::milliseconds(0));
}

void end_log(std::string_view last_line, std::chrono::milliseconds patience) {
  writer().write(last_line);
  writer().drain(patience);
}

void set_up_logging() {
  using Sink = spdlog::sinks::ansicolor_sink<spdlog::details::console_mutex>;
  auto logger = std::make_shared<spdlog::logger>("vxtapd", std::make_shared<Sink>(stream(), colors()));
  if (stderr_is_the_journal()) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<PriorityFlag>('*').set_pattern("<%*>%v");
    logger->set_formatter(std::move(formatter));
  } else {
    logger->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%-7l%$ %v");
  }
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
}

bool set_log_level(std::string_view level) {
  constexpr std::string_view kNames[] = {"trace", "debug", "info", "warn", "error"};
  for (int i = 0; i < 5; ++i) {
    if (kNames[i] != level) continue;
    spdlog::set_level(static_cast<spdlog::level::level_enum>(i));
    return true;
  }
  return false;
}

}  // namespace vxtap::service
