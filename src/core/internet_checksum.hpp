#pragma once

#include <cstddef>
#include <cstdint>

#include "vxtap/bytes.hpp"

/// Checksums of the control messages that the core reads and writes itself: short and rare, so written
/// plainly. src/offload/checksum.hpp has the fast sum for payload.
namespace vxtap {

inline constexpr std::uint8_t kIcmpv6Protocol = 58;

/// One's complement sum of big-endian words, not folded; an odd last byte is the high half of a word.
constexpr std::uint32_t word_sum(BytesView bytes) noexcept {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) sum += std::uint32_t{bytes[i]} << (i % 2 == 0 ? 8 : 0);
  return sum;
}

constexpr std::uint16_t folded_complement(std::uint32_t sum) noexcept {
  while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

/// RFC 1071, of at most 64 KB: what the field holds when it was zero before, and 0 when it holds what it
/// should.
constexpr std::uint16_t internet_checksum(BytesView bytes) noexcept {
  return folded_complement(word_sum(bytes));
}

/// The same with the pseudo header (RFC 8200 section 8.1) of `ip`, 40 bytes of IPv6 header.
constexpr std::uint16_t icmpv6_checksum(BytesView ip, BytesView message) noexcept {
  constexpr std::size_t kAddresses = 8;
  return folded_complement(word_sum(ip.subspan(kAddresses, 32)) + static_cast<std::uint32_t>(message.size()) +
                           kIcmpv6Protocol + word_sum(message));
}

}  // namespace vxtap
