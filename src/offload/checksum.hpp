#pragma once

#include <cstdint>

#include "vxtap/bytes.hpp"
#include "vxtap/ports.hpp"

namespace vxtap {

/// One's complement sum of `bytes` as big-endian 16-bit words (RFC 1071), folded to 16 bits, not
/// complemented; an odd last byte counts as the high half of a word. `initial` is a sum so far.
std::uint16_t ones_complement_sum(BytesView bytes, std::uint32_t initial = 0) noexcept;

/// Finishes a checksum that the sender left to the device: sums from checksum_start to the end of the frame,
/// stores it and clears needs_checksum. False, and the frame untouched, when the field lies outside the
/// frame.
bool finish_checksum(Frame& frame) noexcept;

}  // namespace vxtap
