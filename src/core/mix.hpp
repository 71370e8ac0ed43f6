#pragma once

#include <cstdint>

namespace vxtap {

/// Spreads every input bit over the whole word (the finalizer of MurmurHash3, public domain).
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x = (x ^ x >> 33) * 0xFF51AFD7ED558CCD;
  x = (x ^ x >> 33) * 0xC4CEB9FE1A85EC53;
  return x ^ x >> 33;
}

}  // namespace vxtap
