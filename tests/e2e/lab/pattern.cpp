#include "lab/pattern.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace vxtap::lab {
namespace {

/// splitmix64 of the word's index.
std::uint64_t word_at(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t z = seed + (index + 1) * 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

}  // namespace

void fill_pattern(std::span<std::uint8_t> bytes, std::uint64_t seed, std::uint64_t position) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::uint64_t at = position + done;
    const std::uint64_t word = word_at(seed, at / 8) >> (8 * (at % 8));
    const std::size_t size = std::min<std::size_t>(bytes.size() - done, 8 - at % 8);
    std::memcpy(bytes.data() + done, &word, size);  // the test's hosts are one machine: one byte order
    done += size;
  }
}

std::size_t first_difference(std::span<const std::uint8_t> bytes, std::uint64_t seed,
                             std::uint64_t position) {
  std::vector<std::uint8_t> expected(bytes.size());
  fill_pattern(expected, seed, position);
  if (bytes.empty() || std::memcmp(bytes.data(), expected.data(), bytes.size()) == 0) return bytes.size();
  const auto [actual, unused] = std::mismatch(bytes.begin(), bytes.end(), expected.begin());
  return static_cast<std::size_t>(actual - bytes.begin());
}

}  // namespace vxtap::lab
