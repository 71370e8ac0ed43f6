#include "inspect/pcapng_tally.hpp"

#include <optional>

#include "inspect/pcapng.hpp"

namespace vxtap::inspect {
namespace {

using namespace pcapng;

/// A packet with all that goes with it, and comments of its length.
constexpr std::size_t kMostBlock = std::size_t{kSnapLength} + (128 << 10);

BytesView bytes_of(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// A 64-bit option among those that begin at `offset`; 0 when it is not there.
std::uint64_t option(BytesView block, std::size_t offset, std::uint16_t wanted) {
  while (true) {
    const auto code = load_be<std::uint16_t>(block, offset);
    const auto length = load_be<std::uint16_t>(block, offset + 2);
    if (!code || !length || *code == kEndOfOptions) return 0;
    if (*code == wanted && *length == sizeof(std::uint64_t))
      return load_be<std::uint64_t>(block, offset + 4).value_or(0);
    offset += 4 + padded(*length);
  }
}

}  // namespace

std::string PcapngTally::take(std::string_view bytes) {
  rest_ += bytes;
  const BytesView all = bytes_of(rest_);
  std::size_t whole = 0;
  while (const auto length = load_be<std::uint32_t>(all, whole + sizeof(std::uint32_t))) {
    if (*length < kBlockHead + kBlockTail || *length % 4 != 0 || *length > kMostBlock)
      throw BadStream("a block of " + std::to_string(*length) + " bytes");
    if (all.size() - whole < *length) break;
    count(all.subspan(whole, *length));
    whole += *length;
  }
  std::string blocks = rest_.substr(0, whole);
  rest_.erase(0, whole);
  return blocks;
}

void PcapngTally::count(BytesView block) {
  const auto type = load_be<std::uint32_t>(block, 0);
  if (type == kSectionBlock && load_be<std::uint32_t>(block, kBlockHead) != kByteOrder)
    throw BadStream("a section of another byte order");
  if (type == kPacketBlock) {
    ++packets_;
    const std::size_t size = load_be<std::uint32_t>(block, 20).value_or(0);
    lost_before_packets_ += option(block, kPacketHead + padded(size), kPacketLost);
  } else if (type == kStatisticsBlock) {
    ended_ = true;
    lost_in_statistics_ += option(block, kStatisticsHead, kStatisticsLost);
  }
}

}  // namespace vxtap::inspect
