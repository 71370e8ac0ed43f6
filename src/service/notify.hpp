#pragma once

#include <chrono>
#include <optional>
#include <string>

/// What the service manager is told (sd_notify(3)). Without one (NOTIFY_SOCKET unset) nothing happens.
namespace vxtap::service {

void notify_ready(const std::string& status);
void notify_reloading();
void notify_stopping();

/// Within which time it wants a sign of life again and again (WatchdogSec=); empty: it wants none.
std::optional<std::chrono::microseconds> watchdog_time();
void notify_alive();

}  // namespace vxtap::service
