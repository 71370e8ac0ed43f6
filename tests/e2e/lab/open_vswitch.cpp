#include "lab/open_vswitch.hpp"

#include <stdexcept>
#include <vector>

namespace vxtap::lab {
namespace {

/// Keeps run-time files, bridges' management sockets among them, out of the machine's own directories.
std::vector<std::string> files_in(const std::string& directory) {
  return {"OVS_RUNDIR=" + directory, "OVS_LOGDIR=" + directory, "OVS_DBDIR=" + directory,
          "OVS_SYSCONFDIR=" + directory};
}

}  // namespace

OpenVSwitch::OpenVSwitch(Host& host)
    : host_(host), database_(host.directory() / "ovs.sock"), control_(host.directory() / "vswitchd.ctl") {
  const auto& directory = host.directory();
  const auto environment = files_in((directory / "").string());
  const std::string file = directory / "ovs.db";
  host.must("ovsdb-tool create " + file);
  server_.emplace(host.thread(),
                  Arguments{"ovsdb-server", file, "--remote=punix:" + database_,
                            "--unixctl=" + (directory / "ovsdb.ctl").string()},
                  environment, directory / "ovsdb-server.log");
  // The socket's file is there a moment before anybody listens.
  const Arguments begin{"ovs-vsctl", "--db=unix:" + database_, "--no-wait", "init"};
  if (!eventually([&] { return host.command(begin).exit_code == 0; }))
    throw std::runtime_error("ovsdb-server is not ready:\n" + server_->log());
  switchd_.emplace(host.thread(), Arguments{"ovs-vswitchd", "unix:" + database_, "--unixctl=" + control_},
                   environment, directory / "ovs-vswitchd.log");
}

void OpenVSwitch::configure(const std::string& words) {
  host_.must("ovs-vsctl --timeout=15 --db=unix:" + database_ + " " + words);
}

std::string OpenVSwitch::ask(const std::string& words) {
  return host_.must("ovs-appctl --timeout=15 --target=" + control_ + " " + words);
}

std::string OpenVSwitch::add_bridge(const std::string& name) {
  return "add-br " + name + " -- set bridge " + name + " datapath_type=netdev";
}

void OpenVSwitch::take_underlay(std::size_t self) {
  configure(add_bridge("br-phy") + " other-config:hwaddr=" + underlay_mac(self) + " -- add-port br-phy eth0");
  host_.ip("addr flush dev eth0");
  host_.ip("addr add " + underlay_address(self, Family::kIpv4) + "/24 dev br-phy");
  host_.ip("addr add " + underlay_address(self, Family::kIpv6) + "/64 dev br-phy nodad");
  host_.ip("link set br-phy up");
}

}  // namespace vxtap::lab
