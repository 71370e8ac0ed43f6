#include <array>
#include <optional>

#include "environment.hpp"
#include "lab/overlay.hpp"
#include "system.hpp"

// Open vSwitch with its userspace datapath (datapath_type=netdev), once on each host. The interface to the
// wire belongs to the bridge br-phy, which has the underlay address; br-int is the overlay's end of the
// tunnel.

namespace vxtap::bench {
namespace {

constexpr unsigned kNetwork = 62;
constexpr unsigned kFloodNetwork = 63;
constexpr auto kPackage = "openvswitch-switch";

/// The two daemons and their files on one host.
class Switch {
 public:
  explicit Switch(lab::Host& host) : host_(host), database_(host.directory() / "ovs.sock") {
    const std::string file = host.directory() / "ovs.db";
    host.must("ovsdb-tool create " + file);
    server_.emplace(host.thread(),
                    lab::Arguments{"ovsdb-server", file, "--remote=punix:" + database_, unixctl("ovsdb")},
                    environment(), host.directory() / "ovsdb-server.log");
    if (!lab::eventually([&] { return std::filesystem::exists(database_); }))
      throw std::runtime_error("ovsdb-server is not ready:\n" + server_->log());
    configure("--no-wait init");
    switchd_.emplace(host.thread(), lab::Arguments{"ovs-vswitchd", "unix:" + database_, unixctl("vswitchd")},
                     environment(), host.directory() / "ovs-vswitchd.log");
  }

  /// `ovs-vsctl WORDS`, which waits until the switch has done it.
  void configure(const std::string& words) {
    host_.must("ovs-vsctl --timeout=15 --db=unix:" + database_ + " " + words);
  }

 private:
  std::string unixctl(const std::string& name) const {
    return "--unixctl=" + (host_.directory() / (name + ".ctl")).string();
  }
  /// Keeps its run-time files, bridges' management sockets among them, out of the machine's /run.
  std::vector<std::string> environment() const {
    const std::string directory = std::filesystem::path(database_).parent_path();
    return {"OVS_RUNDIR=" + directory, "OVS_LOGDIR=" + directory, "OVS_DBDIR=" + directory,
            "OVS_SYSCONFDIR=" + directory};
  }

  lab::Host& host_;
  const std::string database_;
  std::optional<lab::Process> server_;
  std::optional<lab::Process> switchd_;
};

std::string add_bridge(const std::string& name) {
  return "add-br " + name + " -- set bridge " + name + " datapath_type=netdev";
}

std::string add_vxlan(const std::string& bridge, const std::string& port, const std::string& options) {
  return " -- add-port " + bridge + " " + port + " -- set interface " + port + " type=vxlan " + options;
}

/// The bridge's own interface becomes the overlay's.
void address_bridge(lab::Host& host, Switch& ovs, const std::string& bridge, const std::string& address) {
  ovs.configure("set interface " + bridge + " mtu_request=" + std::to_string(kInnerMtu));
  host.ip("addr add " + address + "/24 dev " + bridge);
  host.ip("link set " + bridge + " up");
}

void build_underlay(lab::Host& host, Switch& ovs, std::size_t self) {
  ovs.configure(add_bridge("br-phy") + " other-config:hwaddr=" + lab::underlay_mac(self) +
                " -- add-port br-phy eth0");
  host.ip("addr flush dev eth0");
  host.ip("addr add " + lab::underlay_address(self, lab::Family::kIpv4) + "/24 dev br-phy");
  host.ip("link set br-phy up");
}

void build_overlay(lab::Host& host, Switch& ovs, std::size_t self) {
  ovs.configure(add_bridge("br-int") + add_vxlan("br-int", "vx42",
                                                 "options:key=42 options:remote_ip=" +
                                                     lab::underlay_address(1 - self, lab::Family::kIpv4)));
  address_bridge(host, ovs, "br-int", lab::overlay_address(self, lab::Family::kIpv4, kNetwork));
}

void build_flood_segment(lab::Host& host, Switch& ovs) {
  std::string words = add_bridge("br-flood");
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
      Switch& ovs = switches_.at(self).emplace(host);
      build_underlay(host, ovs, self);
      build_overlay(host, ovs, self);
    }
    route_flood_remotes(wire);
    build_flood_segment(wire.host(0), *switches_[0]);
  }

 private:
  std::array<std::optional<Switch>, 2> switches_;
};

}  // namespace

std::unique_ptr<System> open_vswitch(lab::Wire& wire) {
  for (const char* program : {"ovsdb-tool", "ovsdb-server", "ovs-vswitchd", "ovs-vsctl"})
    require_program(program, kPackage);
  return std::make_unique<OpenVSwitch>(wire);
}

}  // namespace vxtap::bench
