#pragma once

#include <cstdint>

#include "vxtap/bytes.hpp"
#include "vxtap/ports.hpp"

namespace vxtap {

/// Folds a sum of 16-bit words, or of anything that is as much modulo 0xFFFF, to 16 bits: 0 only for 0.
constexpr std::uint16_t fold_sum(std::uint64_t sum) noexcept {
  sum = (sum & 0xFFFFFFFF) + (sum >> 32);
  sum = (sum & 0xFFFF) + (sum >> 16 & 0xFFFF) + (sum >> 32);
  sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>((sum & 0xFFFF) + (sum >> 16));
}

/// One's complement sum of `bytes` as big-endian 16-bit words (RFC 1071), folded to 16 bits, not
/// complemented; an odd last byte counts as the high half of a word. `initial` is a sum so far.
std::uint16_t ones_complement_sum(BytesView bytes, std::uint32_t initial = 0) noexcept;

/// What a TCP or UDP checksum field holds for a sum over pseudo header, header and payload. All ones is the
/// other zero; UDP reserves the plain one for "no checksum" (RFC 768), TCP does not care.
constexpr std::uint16_t l4_checksum(std::uint16_t sum) noexcept {
  const auto checksum = static_cast<std::uint16_t>(~sum);
  return checksum == 0 ? std::uint16_t{0xFFFF} : checksum;
}

/// Finishes a checksum that the sender left to the device: sums from checksum_start to the end of the frame,
/// stores it and clears needs_checksum. False, and the frame untouched, when the field lies outside the
/// frame.
bool finish_checksum(Frame& frame) noexcept;

}  // namespace vxtap
