#pragma once

#include <optional>
#include <string>

#include "lab/wire.hpp"

namespace vxtap::lab {

/// Open vSwitch with its userspace datapath on one host: its two daemons and all their files are this
/// object's own. That datapath reads interfaces as packet sockets do, and takes neither an unfinished
/// checksum nor a burst that is still whole: veths in its bridges need `ethtool -K DEV tx off`.
class OpenVSwitch {
 public:
  explicit OpenVSwitch(Host& host);

  /// `ovs-vsctl WORDS`, which waits until the switch has done it. Throws with what it said.
  void configure(const std::string& words);
  /// `ovs-appctl WORDS` of the switch; returns its output.
  std::string ask(const std::string& words);

  /// The words that make a bridge; more may follow them.
  static std::string add_bridge(const std::string& name);

  /// Moves what host `self` of a wire has on eth0 to a bridge around it, br-phy: Open vSwitch's own tunnels
  /// leave by bridges only.
  void take_underlay(std::size_t self);

 private:
  Host& host_;
  const std::string database_;
  const std::string control_;
  std::optional<Process> server_;
  std::optional<Process> switchd_;
};

}  // namespace vxtap::lab
