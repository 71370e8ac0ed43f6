#include "offload/checksum.hpp"

#include "offload/checksum_kernels.hpp"

namespace vxtap {
namespace {

/// Up to here, which is addresses and headers, no wider kernel repays its start.
constexpr std::size_t kShort = 64;

std::uint64_t sum_words(BytesView bytes) noexcept {
  static const checksum::SumWords kFastest = checksum::kernels().back().sum;
  return bytes.size() <= kShort ? checksum::sum_words_portable(bytes) : kFastest(bytes);
}

}  // namespace

std::uint16_t ones_complement_sum(BytesView bytes, std::uint32_t initial) noexcept {
  return checksum::finish_sum(sum_words(bytes), initial);
}

bool finish_checksum(Frame& frame) noexcept {
  const std::size_t start = frame.offload.checksum_start;
  const std::size_t field = start + frame.offload.checksum_offset;
  if (start > frame.bytes.size() || field + 2 > frame.bytes.size()) return false;
  // The field already holds the pseudo header's sum, so summing it along with the rest accounts for it.
  const std::uint16_t sum = ones_complement_sum(frame.bytes.subspan(start));
  store_be(frame.bytes, field, l4_checksum(sum));
  frame.offload.needs_checksum = false;
  return true;
}

}  // namespace vxtap
