#pragma once

#include <cstdint>

#include "vxtap/ports.hpp"

namespace vxtap::io {

/// The header that a TAP with IFF_VNET_HDR puts before every frame (virtio 1.2, 5.1.6; native byte order, as
/// tun.c uses unless told otherwise). Declared here because <linux/virtio_net.h> has a member named `class`.
///
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     flags     |   gso_type    |            hdr_len            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           gso_size            |          csum_start           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |          csum_offset          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
struct VirtioHeader {
  static constexpr std::uint8_t kNeedsChecksum = 1;
  static constexpr std::uint8_t kGsoTcpV4 = 1;
  static constexpr std::uint8_t kGsoTcpV6 = 4;
  static constexpr std::uint8_t kGsoUdpL4 = 5;  ///< since Linux 6.2
  static constexpr std::uint8_t kGsoEcn = 0x80;

  std::uint8_t flags = 0;
  std::uint8_t gso_type = 0;
  std::uint16_t header_length = 0;
  std::uint16_t gso_size = 0;
  std::uint16_t checksum_start = 0;
  std::uint16_t checksum_offset = 0;

  bool operator==(const VirtioHeader&) const = default;
};
static_assert(sizeof(VirtioHeader) == 10);

/// What the header says of `frame`. A checksum field or a header that would lie beyond the frame, and a kind
/// of superframe we never asked for, are treated as not said. header_length is not believed: the kernel fills
/// in what it has in linear memory, so the size is computed from checksum_start and the TCP data offset.
FrameOffload to_offload(const VirtioHeader& header, BytesView frame) noexcept;

/// The header that hands a frame with this offload to the kernel.
VirtioHeader to_virtio(const FrameOffload& offload) noexcept;

}  // namespace vxtap::io
