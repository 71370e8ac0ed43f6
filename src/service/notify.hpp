#pragma once

#include <string>

/// What the service manager is told (sd_notify(3)). Without one (NOTIFY_SOCKET unset) nothing happens.
namespace vxtap::service {

void notify_ready(const std::string& status);
void notify_reloading();
void notify_stopping();

}  // namespace vxtap::service
