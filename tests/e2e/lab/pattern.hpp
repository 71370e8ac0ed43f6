#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vxtap::lab {

/// The byte that stands at `position` of the stream `seed`: content that a lost, repeated or moved piece
/// cannot imitate.
void fill_pattern(std::span<std::uint8_t> bytes, std::uint64_t seed, std::uint64_t position);
/// Index of the first byte that differs from the stream; bytes.size() when none does.
std::size_t first_difference(std::span<const std::uint8_t> bytes, std::uint64_t seed, std::uint64_t position);

}  // namespace vxtap::lab
