#include "core/ecn.hpp"

#include <array>

namespace vxtap {
namespace {

constexpr std::uint8_t kDrop = 0xFF;

// Rows: inner field; columns: outer field, in the order of their code points 00 01 10 11.
constexpr std::array<std::array<std::uint8_t, 4>, 4> kDecapsulated{{
    {0, 0, 0, kDrop},
    {1, 1, 1, 3},
    {2, 1, 2, 3},
    {3, 3, 3, 3},
}};

// RFC 1624 equation 3: HC' = ~(~HC + ~m + m').
std::uint16_t updated_checksum(std::uint16_t checksum, std::uint16_t before, std::uint16_t after) noexcept {
  std::uint32_t sum = static_cast<std::uint16_t>(~checksum);
  sum += static_cast<std::uint16_t>(~before);
  sum += after;
  sum = (sum & 0xFFFF) + (sum >> 16);
  sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

bool decapsulate_ecn(const InnerIp& ip, std::uint8_t outer_tos, MutableBytes frame) noexcept {
  const std::uint8_t inner = ip.traffic_class & kEcnMask;
  const std::uint8_t result = kDecapsulated[inner][outer_tos & kEcnMask];
  if (result == kDrop) return false;
  if (result == inner) return true;
  const auto before = load_be<std::uint16_t>(frame, ip.offset);
  if (!before) return true;
  const int shift = ip.v6 ? 4 : 0;  // the traffic class lies four bits higher than the IPv4 ToS
  const auto after = static_cast<std::uint16_t>((*before & ~(kEcnMask << shift)) | result << shift);
  store_be(frame, ip.offset, after);
  if (ip.v6) return true;
  constexpr std::size_t kChecksum = 10;
  if (const auto checksum = load_be<std::uint16_t>(frame, ip.offset + kChecksum))
    store_be(frame, ip.offset + kChecksum, updated_checksum(*checksum, *before, after));
  return true;
}

}  // namespace vxtap
