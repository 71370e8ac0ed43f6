#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "offload/checksum.hpp"
#include "vxtap/bytes.hpp"

/// The ways to sum that ones_complement_sum chooses from; here so that tests and benches can compare them.
namespace vxtap::checksum {

/// Adds up `bytes` as 16-bit words in the machine's own byte order; an odd last byte is followed by a zero.
/// Any number that is the same modulo 0xFFFF serves as the sum, but 0 only when all bytes are zero.
using SumWords = std::uint64_t (*)(BytesView bytes) noexcept;

struct Kernel {
  const char* name;
  SumWords sum;
};

/// What this CPU can run, the fastest last; never empty.
std::span<const Kernel> kernels() noexcept;

std::uint64_t sum_words_portable(BytesView bytes) noexcept;

#if defined(__x86_64__)
/// Only where the CPU has AVX2.
std::uint64_t sum_words_avx2(BytesView bytes) noexcept;
#endif

/// 64-bit addition with the carry brought round to the lowest bit.
constexpr std::uint64_t add_with_carry(std::uint64_t sum, std::uint64_t word) noexcept {
  sum += word;
  return sum + static_cast<std::uint64_t>(sum < word);
}

/// A kernel's sum as ones_complement_sum returns it, `initial` added.
constexpr std::uint16_t finish_sum(std::uint64_t sum, std::uint32_t initial) noexcept {
  std::uint16_t folded = fold_sum(sum);
  if constexpr (std::endian::native == std::endian::little)
    folded = static_cast<std::uint16_t>(folded << 8 | folded >> 8);
  return fold_sum(std::uint64_t{folded} + initial);
}

}  // namespace vxtap::checksum
