#include "offload/checksum_kernels.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <array>
#include <cstddef>

namespace vxtap::checksum {
namespace {

/// Sums 64-bit lanes without looking for carries. `wrapped` adds the lanes and loses what overflows; `high`
/// adds their upper halves, which up to 2^32 additions cannot overflow. The lower halves' sum, as small as
/// that, is then what is left of `wrapped` without `high` at its place, modulo 2^64 but therefore exact. One
/// operation fewer than splitting each lane.
struct Lanes {
  __m256i wrapped;
  __m256i high;
};

[[gnu::target("avx2")]] inline __m256i load(BytesView bytes, std::size_t offset) noexcept {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes.subspan(offset, 32).data()));
}

[[gnu::target("avx2")]] inline void add(Lanes& lanes, __m256i words) noexcept {
  lanes.wrapped = _mm256_add_epi64(lanes.wrapped, words);
  lanes.high = _mm256_add_epi64(lanes.high, _mm256_srli_epi64(words, 32));
}

[[gnu::target("avx2")]] inline std::uint64_t total(const Lanes& lanes) noexcept {
  const __m256i low = _mm256_sub_epi64(lanes.wrapped, _mm256_slli_epi64(lanes.high, 32));
  const __m256i both = _mm256_add_epi64(low, lanes.high);
  const __m128i half = _mm_add_epi64(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(half)) +
         static_cast<std::uint64_t>(_mm_extract_epi64(half, 1));
}

}  // namespace

[[gnu::target("avx2")]] std::uint64_t sum_words_avx2(BytesView bytes) noexcept {
  Lanes even{_mm256_setzero_si256(), _mm256_setzero_si256()};
  Lanes odd = even;
  for (; bytes.size() >= 128; bytes = bytes.subspan(128)) {
    add(even, load(bytes, 0));
    add(odd, load(bytes, 32));
    add(even, load(bytes, 64));
    add(odd, load(bytes, 96));
  }
  for (; bytes.size() >= 32; bytes = bytes.subspan(32)) add(even, load(bytes, 0));
  even.wrapped = _mm256_add_epi64(even.wrapped, odd.wrapped);
  even.high = _mm256_add_epi64(even.high, odd.high);
  return add_with_carry(sum_words_portable(bytes), total(even));
}

}  // namespace vxtap::checksum

#endif
