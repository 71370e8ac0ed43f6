#pragma once

#include <string>

#include "lab/everyday.hpp"
#include "lab/example.hpp"
#include "lab/open_vswitch.hpp"

/// Stations behind an Open vSwitch bridge.
namespace vxtap::networks {

/// A veth from the host's interface `port`, to be put into the bridge, to the station's eth0. It has the MTU
/// that the underlay of this family leaves, and sends complete packets only.
inline void attach_station(lab::Host& host, const std::string& port, const lab::Station& station,
                           lab::Family family) {
  lab::connect(host, port, station.host, "eth0");
  station.host.must("ethtool -K eth0 tx off");
  station.host.ip("link set eth0 mtu " + std::to_string(1500 - lab::encap_overhead(family)));
  station.host.ip("addr add " + station.address + "/24 dev eth0");
}

/// What the example file has its reader tell Open vSwitch.
inline void run_switch_commands(lab::OpenVSwitch& ovs, const std::string& example) {
  static const std::string kTool = "ovs-vsctl ";
  for (const auto& command : lab::commands_in(example))
    if (command.starts_with(kTool)) ovs.configure(command.substr(kTool.size()));
}

}  // namespace vxtap::networks
