#pragma once

#include <string_view>

namespace vxtap::service {

/// Sends spdlog's default logger to stderr: with sd-daemon priority prefixes (`<4>`) and no clock when stderr
/// is the journal, with time and level otherwise. Once, before other threads start.
void set_up_logging();

/// "trace", "debug", "info", "warn" or "error"; false, and nothing changed, for another word. Any thread.
bool set_log_level(std::string_view level);

}  // namespace vxtap::service
