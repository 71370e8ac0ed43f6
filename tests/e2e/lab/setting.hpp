#pragma once

#include <ostream>

#include "lab/tunnel.hpp"
#include "support/catch.hpp"

namespace vxtap::lab {

/// What is at the other end, and the underlay's family.
struct Setting {
  Peer peer = Peer::kKernel;
  Family family = Family::kIpv4;
};

inline std::ostream& operator<<(std::ostream& out, const Setting& setting) {
  return out << (setting.peer == Peer::kKernel ? "kernel" : "vxtapd") << " over "
             << (setting.family == Family::kIpv4 ? "IPv4" : "IPv6");
}

/// The section is run once for each of the four.
inline Setting every_setting() {
  return GENERATE(Setting{Peer::kVxtapd, Family::kIpv4}, Setting{Peer::kVxtapd, Family::kIpv6},
                  Setting{Peer::kKernel, Family::kIpv4}, Setting{Peer::kKernel, Family::kIpv6});
}

}  // namespace vxtap::lab
