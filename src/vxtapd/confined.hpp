#pragma once

#include <string>

#include "config/config.hpp"
#include "service/confinement.hpp"

namespace vxtap::daemon {

/// `launch` is what the command line asked for; the rest follows from the configuration that is in force.
/// Control thread, with everything open and before there are others. Throws std::runtime_error.
void confine(service::Confinement launch, const std::string& config_file, const config::Config& config);

}  // namespace vxtap::daemon
