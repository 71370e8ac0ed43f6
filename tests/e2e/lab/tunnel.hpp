#pragma once

#include <optional>

#include "lab/overlay.hpp"
#include "lab/vxtapd.hpp"
#include "lab/wire.hpp"

namespace vxtap::lab {

enum class Peer { kKernel, kVxtapd };

/// Two hosts with segment 42 between them: vxtapd on host 0, and on host 1 the kernel's driver or another
/// vxtapd. Overlay addresses are those of overlay_address().
struct Tunnel {
  explicit Tunnel(Peer peer, Family underlay = Family::kIpv4, const WireOptions& options = {});

  Host& near() { return wire.host(0); }
  Host& far() { return wire.host(1); }

  Wire wire;
  Family family;
  std::optional<Vxtapd> near_daemon;
  std::optional<Vxtapd> far_daemon;  ///< with Peer::kVxtapd
};

}  // namespace vxtap::lab
