#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "lab/host.hpp"

namespace vxtap::lab {

enum class Family { kIpv4, kIpv6 };

struct WireOptions {
  /// false: `ethtool -K DEV tx off`: every packet is cut and its checksums complete, as a physical NIC
  /// delivers it. true: as veth does by default, unfinished checksums and whole TCP bursts.
  bool tx_offload = true;
  /// `ethtool -K DEV WORDS` on top of it, such as "gso off tso off gro on".
  std::string ethtool = {};
  unsigned mtu = 1500;
};

/// Addresses of host `index` (from 0): 192.0.2.1 or 2001:db8::1 for the first.
std::string underlay_address(std::size_t index, Family family);
std::string underlay_mac(std::size_t index);
/// As a configuration file writes it: [v6] in brackets.
std::string with_port(const std::string& address, unsigned port);
/// What vxtap adds to an inner packet, and so takes from the MTU.
unsigned encap_overhead(Family family);

/// Hosts on one underlay link, each with an interface eth0 that has both families' addresses: two back to
/// back, more of them through a bridge (which is a host of its own).
class Wire {
 public:
  explicit Wire(std::size_t hosts, const WireOptions& options = {});

  Host& host(std::size_t index) { return hosts_.at(index); }
  std::size_t size() const noexcept { return hosts_.size(); }

  /// Takes the host off the link, without its or anyone's knowledge but the carrier's.
  void unplug(std::size_t index);

 private:
  void plug_into_bridge(std::size_t index, const WireOptions& options);
  void configure(std::size_t index, const WireOptions& options);

  std::optional<Host> bridge_;
  std::deque<Host> hosts_;
};

}  // namespace vxtap::lab
