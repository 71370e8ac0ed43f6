#include "io/virtio_header.hpp"

#include <cstddef>
#include <optional>

#include "offload/transport.hpp"

namespace vxtap::io {
namespace {

using Gso = FrameOffload::Gso;

Gso gso_of(std::uint8_t type) noexcept {
  switch (type & ~VirtioHeader::kGsoEcn) {
    case VirtioHeader::kGsoTcpV4:
      return Gso::kTcpV4;
    case VirtioHeader::kGsoTcpV6:
      return Gso::kTcpV6;
    case VirtioHeader::kGsoUdpL4:
      return Gso::kUdp;
    default:
      return Gso::kNone;
  }
}

/// Size of the L4 header at `start`; empty when it contradicts the header or does not fit into the frame.
std::optional<std::size_t> l4_size(Gso gso, const VirtioHeader& header, BytesView frame) noexcept {
  const std::size_t start = header.checksum_start;
  const bool udp = gso == Gso::kUdp;
  if (header.checksum_offset != (udp ? kUdpChecksum : kTcpChecksum)) return std::nullopt;
  const InnerIp ip{.l4_offset = start, .protocol = udp ? kProtocolUdp : kProtocolTcp};
  return l4_header_size(ip, frame);
}

}  // namespace

FrameOffload to_offload(const VirtioHeader& header, BytesView frame) noexcept {
  FrameOffload offload;
  if ((header.flags & VirtioHeader::kNeedsChecksum) == 0) return offload;
  if (std::size_t{header.checksum_start} + header.checksum_offset + 2 > frame.size()) return offload;
  offload.needs_checksum = true;
  offload.checksum_start = header.checksum_start;
  offload.checksum_offset = header.checksum_offset;

  const Gso gso = gso_of(header.gso_type);
  if (gso == Gso::kNone || header.gso_size == 0) return offload;
  const auto l4 = l4_size(gso, header, frame);
  if (!l4) return FrameOffload{};
  offload.gso = gso;
  offload.tcp_ecn = (header.gso_type & VirtioHeader::kGsoEcn) != 0;
  offload.segment_size = header.gso_size;
  offload.header_size = static_cast<std::uint16_t>(header.checksum_start + *l4);
  return offload;
}

VirtioHeader to_virtio(const FrameOffload& offload) noexcept {
  VirtioHeader header;
  if (offload.needs_checksum) {
    header.flags = VirtioHeader::kNeedsChecksum;
    header.checksum_start = offload.checksum_start;
    header.checksum_offset = offload.checksum_offset;
  }
  switch (offload.gso) {
    case Gso::kNone:
      return header;
    case Gso::kTcpV4:
      header.gso_type = VirtioHeader::kGsoTcpV4;
      break;
    case Gso::kTcpV6:
      header.gso_type = VirtioHeader::kGsoTcpV6;
      break;
    case Gso::kUdp:
      header.gso_type = VirtioHeader::kGsoUdpL4;
      break;
  }
  if (offload.tcp_ecn) header.gso_type |= VirtioHeader::kGsoEcn;
  header.header_length = offload.header_size;
  header.gso_size = offload.segment_size;
  return header;
}

}  // namespace vxtap::io
