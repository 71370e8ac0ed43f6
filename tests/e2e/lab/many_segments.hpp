#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lab/wire.hpp"

namespace vxtap::lab {

/// A segment named by a small number N: VNI 100 + N, TAP vxN, 10.50.N.0/24 with the host's own last octet.
struct NumberedSegment {
  unsigned number = 0;
  std::string peers = "mode: unicast, remote: 192.0.2.2";
  std::string more = {};  ///< further keys, YAML block text of one line
};

std::string numbered_address(unsigned number, std::size_t host);

/// The configuration of host `self` with these segments.
std::string numbered_config(const std::vector<NumberedSegment>& segments, std::size_t self = 0);
/// Further segments for a configuration of host 0, with nothing special: VNI and TAP vxN for each N from
/// `first` on.
std::string more_segments(unsigned first, std::uint64_t count);
/// The kernel's end of segment `number` on host 1.
void add_numbered_kernel_vxlan(Host& host, unsigned number);

}  // namespace vxtap::lab
