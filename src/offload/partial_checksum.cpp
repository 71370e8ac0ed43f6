#include "offload/partial_checksum.hpp"

#include "core/inner_ip.hpp"
#include "offload/transport.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap {
namespace {

void recognise_superframe(const InnerIp& ip, BytesView frame, std::uint32_t mtu,
                          FrameOffload& offload) noexcept {
  const auto tcp_header = l4_header_size(ip, frame);
  if (!tcp_header) return;
  const std::size_t headers = ip.l4_offset - ip.offset + *tcp_header;
  if (headers >= mtu || ip.offset + headers >= frame.size()) return;
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
