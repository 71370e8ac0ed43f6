#include "offload/transport.hpp"

#include "offload/checksum.hpp"

namespace vxtap {

std::optional<std::size_t> l4_length(const InnerIp& ip, BytesView frame) noexcept {
  const auto stated = load_be<std::uint16_t>(frame, ip.offset + (ip.v6 ? kIpv6Length : kIpv4Length));
  if (!stated) return std::nullopt;
  const std::size_t end = ip.offset + *stated + (ip.v6 ? kIpv6Header : 0);
  if (end > frame.size() || end < ip.l4_offset) return std::nullopt;
  return end - ip.l4_offset;
}

std::optional<std::size_t> l4_header_size(const InnerIp& ip, BytesView frame) noexcept {
  std::size_t size = kUdpHeader;
  if (ip.protocol == kProtocolTcp) {
    const auto data_offset = load_be<std::uint8_t>(frame, ip.l4_offset + kTcpDataOffset);
    if (!data_offset) return std::nullopt;
    size = std::size_t{*data_offset} >> 4 << 2;
    if (size < kTcpMinimum) return std::nullopt;
  } else if (ip.protocol != kProtocolUdp) {
    return std::nullopt;
  }
  if (ip.l4_offset > frame.size() || frame.size() - ip.l4_offset < size) return std::nullopt;
  return size;
}

std::uint16_t pseudo_header_sum(const InnerIp& ip, std::size_t length, BytesView frame) noexcept {
  const auto addresses = frame.subspan(ip.address_offset(), 2 * ip.address_size());
  return ones_complement_sum(addresses, static_cast<std::uint32_t>(length) + ip.protocol);
}

}  // namespace vxtap
