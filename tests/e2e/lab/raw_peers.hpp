#pragma once

#include "lab/packets.hpp"

namespace vxtap::lab {

/// Encapsulates a test frame from `source_mac` and sends it from host `from` to host 0, VNI 42.
inline void send_encapsulated(Wire& wire, std::size_t from, const std::string& source_mac,
                              const std::string& destination_mac) {
  send_underlying(wire, {.from = from}, vxlan(42, test_frame(source_mac, destination_mac)));
}

}  // namespace vxtap::lab
