#include <array>
#include <optional>

#include "environment.hpp"
#include "lab/open_vswitch.hpp"
#include "lab/overlay.hpp"
#include "system.hpp"

// Open vSwitch once on each host. br-int is the overlay's end of the tunnel.

namespace vxtap::bench {
namespace {

constexpr unsigned kNetwork = 62;
constexpr unsigned kFloodNetwork = 63;
constexpr auto kPackage = "openvswitch-switch";

std::string add_vxlan(const std::string& bridge, const std::string& port, const std::string& options) {
  return " -- add-port " + bridge + " " + port + " -- set interface " + port + " type=vxlan " + options;
}

/// The bridge's own interface becomes the overlay's.
void address_bridge(lab::Host& host, lab::OpenVSwitch& ovs, const std::string& bridge,
                    const std::string& address) {
  ovs.configure("set interface " + bridge + " mtu_request=" + std::to_string(kInnerMtu));
  host.ip("addr add " + address + "/24 dev " + bridge);
  host.ip("link set " + bridge + " up");
}

void build_overlay(lab::Host& host, lab::OpenVSwitch& ovs, std::size_t self) {
  ovs.configure(
      lab::OpenVSwitch::add_bridge("br-int") +
      add_vxlan("br-int", "vx42",
                "options:key=42 options:remote_ip=" + lab::underlay_address(1 - self, lab::Family::kIpv4)));
  address_bridge(host, ovs, "br-int", lab::overlay_address(self, lab::Family::kIpv4, kNetwork));
}

void build_flood_segment(lab::Host& host, lab::OpenVSwitch& ovs) {
  std::string words = lab::OpenVSwitch::add_bridge("br-flood");
  unsigned number = 0;
  for (const auto& remote : flood_remotes())
    words += add_vxlan("br-flood", "fl" + std::to_string(++number),
                       "options:key=" + std::to_string(kFloodVni) + " options:dst_port=" +
                           std::to_string(kFloodPort) + " options:remote_ip=" + remote);
  ovs.configure(words);
  address_bridge(host, ovs, "br-flood", lab::overlay_address(0, lab::Family::kIpv4, kFloodNetwork));
}

class OpenVSwitch final : public System {
 public:
  explicit OpenVSwitch(lab::Wire& wire)
      : System("ovs", {wire.host(0), wire.host(1), lab::overlay_address(1, lab::Family::kIpv4, kNetwork),
                       lab::overlay_address(254, lab::Family::kIpv4, kFloodNetwork)}) {
    for (std::size_t self : {0U, 1U}) {
      lab::Host& host = wire.host(self);
      lab::OpenVSwitch& ovs = switches_.at(self).emplace(host);
      ovs.take_underlay(self);
      build_overlay(host, ovs, self);
    }
    route_flood_remotes(wire);
    build_flood_segment(wire.host(0), *switches_[0]);
  }

 private:
  std::array<std::optional<lab::OpenVSwitch>, 2> switches_;
};

}  // namespace

std::unique_ptr<System> open_vswitch(lab::Wire& wire) {
  for (const char* program : {"ovsdb-tool", "ovsdb-server", "ovs-vswitchd", "ovs-vsctl"})
    require_program(program, kPackage);
  return std::make_unique<OpenVSwitch>(wire);
}

}  // namespace vxtap::bench
