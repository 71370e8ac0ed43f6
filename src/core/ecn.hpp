#pragma once

#include <cstdint>

#include "core/inner_ip.hpp"
#include "vxtap/bytes.hpp"

namespace vxtap {

inline constexpr std::uint8_t kEcnMask = 3;
inline constexpr std::uint8_t kEcnCongestion = 3;

/// Outer ECN field for an inner one (RFC 6040 section 4.1, normal mode): the same, so that a router on the
/// way can mark.
constexpr std::uint8_t encapsulated_ecn(std::uint8_t inner) noexcept {
  return inner & kEcnMask;
}

/// Brings the inner ECN field to what RFC 6040 section 4.2 says of (inner, outer), and the IPv4 header
/// checksum with it. False when the packet has to be dropped; it is then unchanged.
bool decapsulate_ecn(const InnerIp& ip, std::uint8_t outer_tos, MutableBytes frame) noexcept;

}  // namespace vxtap
