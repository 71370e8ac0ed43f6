#include "offload/checksum.hpp"

#include <bit>
#include <cstring>

namespace vxtap {
namespace {

constexpr std::uint16_t fold(std::uint64_t sum) noexcept {
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

}  // namespace

std::uint16_t ones_complement_sum(BytesView bytes, std::uint32_t initial) noexcept {
  // The sum is the same in either byte order (RFC 1071 section 2B), so words are added as they lie in memory.
  std::uint64_t sum = 0;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    sum += word;
    sum += static_cast<std::uint64_t>(sum < word);
  }
  std::uint64_t rest = 0;
  if (!bytes.empty()) std::memcpy(&rest, bytes.data(), bytes.size());
  sum += rest;
  sum += static_cast<std::uint64_t>(sum < rest);
  std::uint16_t folded = fold((sum & 0xFFFFFFFF) + (sum >> 32));
  if constexpr (std::endian::native == std::endian::little)
    folded = static_cast<std::uint16_t>(folded << 8 | folded >> 8);
  return fold(std::uint64_t{folded} + initial);
}

bool finish_checksum(Frame& frame) noexcept {
  const std::size_t start = frame.offload.checksum_start;
  const std::size_t field = start + frame.offload.checksum_offset;
  if (start > frame.bytes.size() || field + 2 > frame.bytes.size()) return false;
  // The field already holds the pseudo header's sum, so summing it along with the rest accounts for it.
  const std::uint16_t sum = ones_complement_sum(frame.bytes.subspan(start));
  const auto checksum = static_cast<std::uint16_t>(~sum);
  // All ones is the other zero; UDP reserves the plain one for "no checksum" (RFC 768), TCP does not care.
  store_be(frame.bytes, field, checksum == 0 ? std::uint16_t{0xFFFF} : checksum);
  frame.offload.needs_checksum = false;
  return true;
}

}  // namespace vxtap
