#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "inspect/explanation.hpp"
#include "vxtap/bytes.hpp"

namespace vxtap::inspect {

/// One protocol of a frame.
struct Layer {
  std::size_t offset = 0;  ///< from the first byte of the frame
  std::size_t size = 0;    ///< of its header; of the last layer all that is left
  std::string name;        ///< "Ethernet", "802.1Q", "ARP", "IPv4", ...
  std::string summary;     ///< addresses, ports, types: one line
};

/// An Ethernet frame layer by layer, as libtins reads it, what it packs into it included (IP in IP). What it
/// does not understand is "data". Never throws for what the frame says.
std::vector<Layer> dissect(BytesView frame);

}  // namespace vxtap::inspect
