#pragma once

#include <string>

#include "lab/machine.hpp"
#include "lab/overlay.hpp"

namespace vxtap::lab {

inline constexpr auto kService = "vxtapd.service";
inline constexpr auto kConfigFile = "/etc/vxtapd/vxtapd.yaml";

/// Host 0's end of segment 42 opposite host 1, as segment_config() writes it.
std::string near_config(const std::string& more = "");

/// Segment 42 between a machine, whose vxtapd.service is not started yet, and the kernel's driver on another
/// host.
struct ServedTunnel {
  explicit ServedTunnel(const std::string& config = near_config());
  /// On a machine that the service still has to be installed on.
  explicit ServedTunnel(const Machine::Files& files);

  Host& near() { return wire.host(0); }
  Host& far() { return wire.host(1); }

  /// Starts the service, which must succeed.
  void start();
  /// Whether the TAP is there and the port is bound.
  bool has_tap() { return near().interface_mtu("vx42").has_value(); }
  bool has_socket();

  Wire wire{2};
  Machine machine;

 private:
  void add_far_end();
};

}  // namespace vxtap::lab
