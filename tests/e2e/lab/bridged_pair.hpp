#pragma once

#include <deque>
#include <optional>
#include <string>

#include "lab/setting.hpp"

namespace vxtap::lab {

/// Two hosts of an example, each with a bridge that namespaces and the VTEP are ports of: vxtapd on host 0,
/// and on host 1 what the setting says.
struct BridgedPair {
  struct Network {
    std::string example;  ///< its name; the files are h1 and h2
    std::string bridge;   ///< the `master` of the files
    std::string device;   ///< TAP or kernel device
    unsigned vni = 0;
  };
  /// `tap_key`: see with_tap_key().
  BridgedPair(const Network& network, const Setting& setting, const std::string& tap_key = "");

  /// A namespace in the bridge of host `side`, its eth0 with this address and prefix length. `mtu`: 0 for the
  /// VTEP's own, as the files ask for.
  Host& plug(std::size_t side, const std::string& prefix, unsigned mtu = 0);

  const std::string bridge;
  const std::string device;
  Wire wire{2};
  std::deque<Host> guests;
  std::optional<Vxtapd> near;
  std::optional<Vxtapd> far;  ///< with Peer::kVxtapd
};

}  // namespace vxtap::lab
