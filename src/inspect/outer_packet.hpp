#pragma once

#include <cstdint>
#include <optional>

#include "inspect/explanation.hpp"
#include "inspect/surroundings.hpp"
#include "vxtap/ports.hpp"

namespace vxtap::inspect {

/// Everything that an outer header is made from.
struct OuterSpec {
  VtepAddress local;
  Remote remote;
  OuterHeader outer;
  Sending sending;
};

/// The headers in front of `inner`, the UDP checksum over all of it included. What the kernel chooses for
/// each packet by itself is zero and said to be its own: IPv4's identification, IPv6's automatic flow label.
OuterPacket outer_packet(const OuterSpec& spec, BytesView inner);

}  // namespace vxtap::inspect
