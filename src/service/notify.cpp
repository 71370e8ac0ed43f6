#include "service/notify.hpp"

#include <systemd/sd-daemon.h>

#include <chrono>
#include <cstdint>

namespace vxtap::service {

void notify_ready(const std::string& status) {
  sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}

void notify_reloading() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds)).c_str());
}

void notify_stopping() {
  sd_notify(0, "STOPPING=1");
}

std::optional<std::chrono::microseconds> watchdog_time() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::microseconds(microseconds);
}

void notify_alive() {
  sd_notify(0, "WATCHDOG=1");
}

}  // namespace vxtap::service
