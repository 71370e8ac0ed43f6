#include "vxtapd/confined.hpp"

#include <algorithm>
#include <utility>

#include "io/kernel_settings.hpp"
#include "io/low_port.hpp"

namespace vxtap::daemon {
namespace {

bool binds_low_ports(const config::Config& config) {
  const auto first_open =
      io::read_setting("net/ipv4/ip_unprivileged_port_start").value_or(io::kFirstOpenPort);
  const auto low = [&](std::uint16_t port) { return port < first_open; };
  return (config.metrics.listen && low(config.metrics.listen->port)) ||
         std::ranges::any_of(config.segments, [&](const config::Segment& segment) {
           return low(segment.underlay.port) || low(segment.underlay.source_port.first);
         });
}

}  // namespace

void confine(service::Confinement launch, const std::string& config_file, const config::Config& config) {
  launch.config_file = config_file;
  launch.control_socket = config.control.socket;
  launch.low_ports = binds_low_ports(config);
  service::confine(launch);
}

}  // namespace vxtap::daemon
