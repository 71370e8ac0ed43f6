#include "system.hpp"

namespace vxtap::bench {

std::vector<std::string> flood_remotes() {
  std::vector<std::string> out;
  for (unsigned i = 1; i <= kFloodRemotes; ++i) out.push_back("198.51.100." + std::to_string(i));
  return out;
}

void route_flood_remotes(lab::Wire& wire) {
  wire.host(0).ip("route add 198.51.100.0/24 via " + lab::underlay_address(1, lab::Family::kIpv4));
  wire.host(1).ip("route add local 198.51.100.0/24 dev lo");
}

std::unique_ptr<System> no_tunnel(lab::Wire& wire) {
  return std::make_unique<System>(
      "plain", Path{wire.host(0), wire.host(1), lab::underlay_address(1, lab::Family::kIpv4)});
}

}  // namespace vxtap::bench
