#include "lab/wire.hpp"

#include <stdexcept>

namespace vxtap::lab {
namespace {

void set_link(Host& host, const std::string& device, const WireOptions& options) {
  host.ip("link set " + device + " mtu " + std::to_string(options.mtu));
  if (!options.tx_offload) host.must("ethtool -K " + device + " tx off");
  if (!options.ethtool.empty()) host.must("ethtool -K " + device + " " + options.ethtool);
}

}  // namespace

std::string underlay_address(std::size_t index, Family family) {
  return (family == Family::kIpv4 ? "192.0.2." : "2001:db8::") + std::to_string(index + 1);
}

std::string underlay_mac(std::size_t index) {
  return "02:00:5e:00:00:0" + std::to_string(index + 1);
}

std::string with_port(const std::string& address, unsigned port) {
  const bool v6 = address.find(':') != std::string::npos;
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

unsigned encap_overhead(Family family) {
  return family == Family::kIpv4 ? 50 : 70;
}

Wire::Wire(std::size_t hosts, const WireOptions& options) {
  for (std::size_t i = 0; i < hosts; ++i) hosts_.emplace_back();
  if (hosts == 2) {
    connect(host(0), "eth0", host(1), "eth0");
  } else {
    bridge_.emplace();
    bridge_->sysctl("ipv6/conf/default/disable_ipv6", "1");
    bridge_->ip("link add br0 type bridge mcast_snooping 0");
    bridge_->ip("link set br0 up");
    for (std::size_t i = 0; i < hosts; ++i) plug_into_bridge(i, options);
  }
  for (std::size_t i = 0; i < hosts; ++i) configure(i, options);
}

void Wire::unplug(std::size_t index) {
  if (!bridge_) throw std::logic_error("only a host behind the bridge can be unplugged");
  bridge_->ip("link set port" + std::to_string(index) + " nomaster");
}

void Wire::plug_into_bridge(std::size_t index, const WireOptions& options) {
  const std::string port = "port" + std::to_string(index);
  connect(*bridge_, port, host(index), "eth0");
  set_link(*bridge_, port, options);
  bridge_->ip("link set " + port + " master br0");
}

void Wire::configure(std::size_t index, const WireOptions& options) {
  Host& self = host(index);
  set_link(self, "eth0", options);
  self.ip("link set eth0 address " + underlay_mac(index));
  self.ip("addr add " + underlay_address(index, Family::kIpv4) + "/24 dev eth0");
  self.ip("addr add " + underlay_address(index, Family::kIpv6) + "/64 dev eth0 nodad");
}

}  // namespace vxtap::lab
