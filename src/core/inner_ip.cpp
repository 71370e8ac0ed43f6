#include "core/inner_ip.hpp"

#include <algorithm>
#include <array>

namespace vxtap {
namespace {

constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kDestination = 60;

std::optional<InnerIp> parse_v4(std::size_t offset, BytesView frame) noexcept {
  const auto version = load_be<std::uint8_t>(frame, offset);
  const auto flags = load_be<std::uint16_t>(frame, offset + 6);
  if (!version || !flags || *version >> 4 != 4) return std::nullopt;
  const std::size_t size = std::size_t{*version & 0xFU} * 4;
  if (size < kIpv4Header || frame.size() - offset < size) return std::nullopt;
  constexpr std::uint16_t kMoreOrOffset = 0x3FFF;
  constexpr std::uint16_t kDontFragment = 0x4000;
  return InnerIp{.v6 = false,
                 .offset = offset,
                 .l4_offset = offset + size,
                 .protocol = frame[offset + 9],
                 .fragment = (*flags & kMoreOrOffset) != 0,
                 .dont_fragment = (*flags & kDontFragment) != 0,
                 .traffic_class = frame[offset + 1],
                 .ttl = frame[offset + 8]};
}

std::optional<InnerIp> parse_v6(std::size_t offset, BytesView frame) noexcept {
  const auto first = load_be<std::uint16_t>(frame, offset);
  if (!first || *first >> 12 != 6 || frame.size() - offset < kIpv6Header) return std::nullopt;
  InnerIp ip{.v6 = true,
             .offset = offset,
             .l4_offset = offset + kIpv6Header,
             .protocol = frame[offset + 6],
             .fragment = false,
             .dont_fragment = true,
             .traffic_class = static_cast<std::uint8_t>(*first >> 4),
             .ttl = frame[offset + 7]};
  for (int headers = 0; headers < 8; ++headers) {
    const bool extension = ip.protocol == kHopByHop || ip.protocol == kRouting || ip.protocol == kDestination;
    if (!extension && ip.protocol != kFragment) break;
    const auto next = load_be<std::uint8_t>(frame, ip.l4_offset);
    const auto length = load_be<std::uint8_t>(frame, ip.l4_offset + 1);
    if (!next || !length) return std::nullopt;
    const std::size_t size = ip.protocol == kFragment ? 8 : (std::size_t{*length} + 1) * 8;
    if (frame.size() - ip.l4_offset < size) return std::nullopt;
    ip.fragment = ip.fragment || ip.protocol == kFragment;
    ip.protocol = *next;
    ip.l4_offset += size;
    if (ip.fragment) break;  // behind it stands a piece of the packet, and only in the first one a header
  }
  return ip;
}

template <std::size_t kSize>
std::array<std::uint8_t, kSize> copy(BytesView bytes) noexcept {
  std::array<std::uint8_t, kSize> copied{};
  std::ranges::copy(bytes.first(kSize), copied.begin());
  return copied;
}

}  // namespace

std::optional<InnerIp> InnerIp::parse(const EthernetHeader& ethernet, BytesView frame) noexcept {
  if (ethernet.size > frame.size()) return std::nullopt;
  switch (static_cast<EtherType>(ethernet.ether_type)) {
    case EtherType::kIpv4:
      return parse_v4(ethernet.size, frame);
    case EtherType::kIpv6:
      return parse_v6(ethernet.size, frame);
    default:
      return std::nullopt;
  }
}

std::optional<VtepAddress> load_address(BytesView bytes, std::size_t offset, bool v6) noexcept {
  const std::size_t size = v6 ? 16 : 4;
  if (offset > bytes.size() || bytes.size() - offset < size) return std::nullopt;
  const BytesView octets = bytes.subspan(offset, size);
  return v6 ? VtepAddress::from_v6(copy<16>(octets)) : VtepAddress::from_v4(copy<4>(octets));
}

}  // namespace vxtap
