#pragma once

#include <string>
#include <vector>

#include "lab/vxtapd.hpp"

namespace vxtap::lab {

/// An FDB in the words of `bridge fdb show`, "MAC dst REMOTE self [permanent]" for each entry, in its own
/// order.
using FdbLines = std::vector<std::string>;

/// Of a kernel vxlan device; without the lines of a bridge that it is a port of.
FdbLines kernel_fdb_lines(Host& host, const std::string& device);
/// Of a segment, from `vxtapctl fdb show`.
FdbLines fdb_lines(Vxtapd& daemon, unsigned vni);
/// One such line.
std::string learned_line(const std::string& mac, const std::string& remote);
std::string flood_line(const std::string& remote);

}  // namespace vxtap::lab
