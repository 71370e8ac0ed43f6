#include "offload/partial_checksum.hpp"

#include "core/inner_ip.hpp"
#include "offload/checksum.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap {
namespace {

constexpr std::size_t kTcpChecksum = 16, kUdpChecksum = 6;
constexpr std::size_t kTcpMinimum = 20, kUdpHeader = 8;
constexpr std::size_t kTcpDataOffset = 12, kTcpFlags = 13;
constexpr std::uint8_t kTcpCwr = 0x80;

/// Bytes from l4_offset to the end that the IP header states; empty when the frame has fewer.
std::optional<std::size_t> l4_length(const InnerIp& ip, BytesView frame) noexcept {
  const auto stated = load_be<std::uint16_t>(frame, ip.offset + (ip.v6 ? 4 : 2));
  if (!stated) return std::nullopt;
  const std::size_t end = ip.offset + *stated + (ip.v6 ? 40 : 0);
  if (end > frame.size() || end < ip.l4_offset) return std::nullopt;
  return end - ip.l4_offset;
}

std::uint16_t pseudo_header_sum(const InnerIp& ip, std::size_t length, BytesView frame) noexcept {
  const auto addresses = frame.subspan(ip.address_offset(), 2 * ip.address_size());
  return ones_complement_sum(addresses, static_cast<std::uint32_t>(length) + ip.protocol);
}

void recognise_superframe(const InnerIp& ip, BytesView frame, std::uint32_t mtu,
                          FrameOffload& offload) noexcept {
  const std::size_t tcp_header = std::size_t{frame[ip.l4_offset + kTcpDataOffset]} >> 4 << 2;
  const std::size_t headers = ip.l4_offset - ip.offset + tcp_header;
  if (tcp_header < kTcpMinimum || headers >= mtu || ip.offset + headers >= frame.size()) return;
  if (frame.size() - ip.offset <= mtu) return;
  offload.gso = ip.v6 ? FrameOffload::Gso::kTcpV6 : FrameOffload::Gso::kTcpV4;
  offload.header_size = static_cast<std::uint16_t>(ip.offset + headers);
  offload.segment_size = static_cast<std::uint16_t>(mtu - headers);
  offload.tcp_ecn = (frame[ip.l4_offset + kTcpFlags] & kTcpCwr) != 0;
}

}  // namespace

FrameOffload recognise_partial_checksum(BytesView frame, std::uint32_t mtu) noexcept {
  const auto ethernet = EthernetHeader::parse(frame);
  const auto ip = ethernet ? InnerIp::parse(*ethernet, frame) : std::nullopt;
  if (!ip || ip->fragment) return {};
  const bool tcp = ip->protocol == kProtocolTcp;
  if (!tcp && ip->protocol != kProtocolUdp) return {};
  const auto length = l4_length(*ip, frame);
  if (!length || *length < (tcp ? kTcpMinimum : kUdpHeader)) return {};
  const std::size_t field = tcp ? kTcpChecksum : kUdpChecksum;
  const auto stored = load_be<std::uint16_t>(frame, ip->l4_offset + field);
  const bool no_udp_checksum = !tcp && stored == std::uint16_t{0};
  if (no_udp_checksum || stored != pseudo_header_sum(*ip, *length, frame)) return {};
  FrameOffload offload{.needs_checksum = true,
                       .checksum_start = static_cast<std::uint16_t>(ip->l4_offset),
                       .checksum_offset = static_cast<std::uint16_t>(field)};
  if (tcp) recognise_superframe(*ip, frame, mtu, offload);
  return offload;
}

}  // namespace vxtap
