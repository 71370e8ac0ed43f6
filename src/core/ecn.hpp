#pragma once

#include <cstdint>

#include "core/inner_ip.hpp"
#include "vxtap/bytes.hpp"

namespace vxtap {

inline constexpr std::uint8_t kEcnMask = 3;
inline constexpr std::uint8_t kEcnCongestion = 3;
inline constexpr std::uint8_t kEcnCapable0 = 2;

/// Outer ECN field for an inner one: the same, so that a router on the way can mark, but ECT(0) for
/// congestion already met, which the inner header keeps for itself (RFC 3168 section 9.1.1; Linux,
/// INET_ECN_encapsulate).
constexpr std::uint8_t encapsulated_ecn(std::uint8_t inner) noexcept {
  const std::uint8_t field = inner & kEcnMask;
  return field == kEcnCongestion ? kEcnCapable0 : field;
}

/// Brings the inner ECN field to what RFC 6040 section 4.2 says of (inner, outer), and the IPv4 header
/// checksum with it. False when the packet has to be dropped; it is then unchanged.
bool decapsulate_ecn(const InnerIp& ip, std::uint8_t outer_tos, MutableBytes frame) noexcept;

}  // namespace vxtap
