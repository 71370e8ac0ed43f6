#include "lab/served_tunnel.hpp"

#include <stdexcept>

namespace vxtap::lab {

ServedTunnel::ServedTunnel(const std::string& config) : machine(wire.host(0), {{kConfigFile, config}}) {
  add_far_end();
}

ServedTunnel::ServedTunnel(const Machine::Files& files)
    : machine(wire.host(0), files, Machine::Programs::kNone) {
  add_far_end();
}

void ServedTunnel::add_far_end() {
  add_kernel_vxlan(far(), {.self = 1}, "remote 192.0.2.1");
}

std::string near_config(const std::string& more) {
  return segment_config({.self = 0}, unicast_to(1), more);
}

void ServedTunnel::start() {
  const auto result = machine.systemctl(std::string("start ") + kService);
  if (result.exit_code != 0)
    throw std::runtime_error("systemctl start: " + result.err + machine.journal(kService));
}

bool ServedTunnel::has_socket() {
  return near().proc_net("udp").find(":12B5 ") != std::string::npos;  // 4789
}

}  // namespace vxtap::lab
