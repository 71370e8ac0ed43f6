#pragma once

#include <string>

namespace vxtap::bench {

/// How the veth between the two hosts behaves.
enum class WireCondition {
  kDefault,  ///< as it comes: bursts cross it in one piece, checksums unfinished
  kPlain,    ///< every packet is cut and summed before it leaves, as for a NIC without tunnel offload
};

inline std::string to_string(WireCondition wire) {
  return wire == WireCondition::kDefault ? "default" : "plain";
}

}  // namespace vxtap::bench
