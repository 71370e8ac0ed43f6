#include "offload/checksum_kernels.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace vxtap::checksum {
namespace {

/// A word as it lies in memory: the sum is the same in either byte order (RFC 1071 section 2B).
template <typename T>
T load_native(BytesView bytes, std::size_t offset) noexcept {
  T word = 0;
  std::memcpy(&word, bytes.subspan(offset, sizeof(T)).data(), sizeof(T));
  return word;
}

/// Fewer than 8 bytes. Where in the 64 bits a 16-bit word lands is all one modulo 0xFFFF.
std::uint64_t sum_tail(BytesView bytes) noexcept {
  std::uint64_t sum = 0;
  if (bytes.size() >= 4) {
    sum = load_native<std::uint32_t>(bytes, 0);
    bytes = bytes.subspan(4);
  }
  if (bytes.size() >= 2) {
    sum += load_native<std::uint16_t>(bytes, 0);
    bytes = bytes.subspan(2);
  }
  if (!bytes.empty()) sum += std::uint64_t{bytes[0]} << (std::endian::native == std::endian::little ? 0 : 8);
  return sum;
}

bool has_avx2() noexcept {
#if defined(__x86_64__)
  __builtin_cpu_init();  // whoever sums before main() may come before libgcc's constructor
  return __builtin_cpu_supports("avx2") != 0;
#else
  return false;
#endif
}

}  // namespace

std::uint64_t sum_words_portable(BytesView bytes) noexcept {
  // Four sums side by side, as one would wait for its own carry with every word.
  std::array<std::uint64_t, 4> sums{};
  for (; bytes.size() >= 32; bytes = bytes.subspan(32)) {
    sums[0] = add_with_carry(sums[0], load_native<std::uint64_t>(bytes, 0));
    sums[1] = add_with_carry(sums[1], load_native<std::uint64_t>(bytes, 8));
    sums[2] = add_with_carry(sums[2], load_native<std::uint64_t>(bytes, 16));
    sums[3] = add_with_carry(sums[3], load_native<std::uint64_t>(bytes, 24));
  }
  std::uint64_t sum = add_with_carry(add_with_carry(sums[0], sums[1]), add_with_carry(sums[2], sums[3]));
  for (; bytes.size() >= 8; bytes = bytes.subspan(8))
    sum = add_with_carry(sum, load_native<std::uint64_t>(bytes, 0));
  return add_with_carry(sum, sum_tail(bytes));
}

std::span<const Kernel> kernels() noexcept {
#if defined(__x86_64__)
  static constexpr std::array kAll{Kernel{"portable", sum_words_portable}, Kernel{"avx2", sum_words_avx2}};
#else
  static constexpr std::array kAll{Kernel{"portable", sum_words_portable}};
#endif
  static const std::size_t kCount = has_avx2() ? kAll.size() : 1;
  return std::span(kAll).first(kCount);
}

}  // namespace vxtap::checksum
