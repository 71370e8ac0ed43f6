#include "rig.hpp"

#include <algorithm>

namespace vxtap::bench {
namespace {

lab::WireOptions wire_options(WireCondition condition) {
  if (condition == WireCondition::kDefault) return {};
  // GRO takes the place of a NIC's interrupt coalescing: without it the kernel's receive path, too, would see
  // one packet at a time.
  return {.tx_offload = false, .ethtool = "gso off tso off gro on"};
}

/// Open vSwitch reads whole frames from a packet socket and knows no unfinished checksums.
lab::WireOptions ovs_wire_options(WireCondition condition) {
  lab::WireOptions options = wire_options(condition);
  options.tx_offload = false;
  return options;
}

}  // namespace

Rig::Rig(WireCondition condition, const Options& options) : wire_(2, wire_options(condition)) {
  route_flood_remotes(wire_);
  systems_.push_back(vxtapd_pair(wire_, options.vxtapd));
  systems_.push_back(kernel_vxlan(wire_));
  for (const auto& name : options.against) {
    if (name == "plain") systems_.push_back(no_tunnel(wire_));
    if (name == "ovs") systems_.push_back(open_vswitch(ovs_wire_.emplace(2, ovs_wire_options(condition))));
  }
}

void Rig::finish() {
  for (const auto& system : systems_) system->finish();
}

}  // namespace vxtap::bench
