#pragma once

#include <cstdint>

namespace vxtap {

/// How a segment fills in the outer IP header, as iproute2's `ttl`, `tos` and `df` of a vxlan device. The ECN
/// field is carried over from the inner packet whatever this says (RFC 6040).
struct OuterPolicy {
  enum class Ttl : std::uint8_t {
    kAuto,     ///< 64, or 1 to a multicast group
    kInherit,  ///< the inner packet's; 64 for what is not IP
    kFixed,
  };
  enum class Tos : std::uint8_t {
    kFixed,
    kInherit,  ///< the inner packet's; 0 for what is not IP
  };
  enum class Df : std::uint8_t {
    kUnset,
    kSet,
    kInherit,  ///< set for inner IPv6 and for inner IPv4 with DF
  };

  Ttl ttl = Ttl::kAuto;
  std::uint8_t ttl_value = 0;  ///< with kFixed: 1 to 255
  Tos tos = Tos::kFixed;
  std::uint8_t tos_value = 0;  ///< with kFixed: DSCP in the upper six bits; the lower two are not used
  Df df = Df::kUnset;

  bool operator==(const OuterPolicy&) const = default;
};

}  // namespace vxtap
