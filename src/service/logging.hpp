#pragma once

#include <chrono>
#include <string_view>

namespace vxtap::service {

/// Sends spdlog's default logger to stderr: with sd-daemon priority prefixes (`<4>`) and no clock when stderr
/// is the journal, with time and level otherwise. Whoever logs waits for no reader of it (log_writer.hpp).
/// Once, before other threads start and before files are confined.
void set_up_logging();

/// Writes what the log's reader had no room for and may have now. Any thread.
void drain_log();

/// The same and `last_line` behind it, as it is, and waits up to `patience` for room.
void end_log(std::string_view last_line, std::chrono::milliseconds patience);

/// "trace", "debug", "info", "warn" or "error"; false, and nothing changed, for another word. Any thread.
bool set_log_level(std::string_view level);

}  // namespace vxtap::service
