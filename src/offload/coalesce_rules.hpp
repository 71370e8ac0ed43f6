#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/inner_ip.hpp"
#include "offload/transport.hpp"
#include "vxtap/bytes.hpp"
#include "vxtap/ports.hpp"

/// Which TCP and UDP packets may become one superframe, and the superframe's headers. The rules are those of
/// the kernel's GRO (Linux, tcp4_gro_receive, udp_gro_receive_segment), narrowed to what a superframe cut
/// again yields byte for byte.
namespace vxtap {

/// Where things are in a packet of the only kind that is ever joined: TCP or UDP straight behind an IPv4
/// header without options or an IPv6 header without extensions, no fragment. That its lengths agree is not
/// said.
struct FlowLayout {
  InnerIp ip;
  std::size_t header_size = 0;  ///< Ethernet, IP and L4; all of it lies in the frame

  static std::optional<FlowLayout> parse(BytesView frame) noexcept;

  bool tcp() const noexcept { return ip.protocol == kProtocolTcp; }
  std::size_t l4_header_size() const noexcept { return header_size - ip.l4_offset; }

  /// The two ports as one number; a cheap first half of is_same_flow().
  std::uint32_t ports(BytesView frame) const noexcept {
    return load_be<std::uint32_t>(frame, ip.l4_offset).value_or(0);
  }
};

/// A packet and its layout, both borrowed.
struct FlowPacket {
  const FlowLayout& layout;
  BytesView bytes;
};

/// Same protocol, addresses and ports. Ethernet headers are left out: whoever compares less keeps more in
/// order.
bool is_same_flow(const FlowPacket& a, const FlowPacket& b) noexcept;

/// All headers equal but for what packets of one train may differ in: IPv4 total length, identification and
/// checksum; IPv6 payload length; TCP sequence number, PSH and checksum; UDP length and checksum. `other` may
/// be anything; when equal it has the first's layout.
bool has_same_headers(const FlowPacket& first, BytesView other) noexcept;

/// Whether a packet may be part of any superframe, as far as its headers tell: it fills its frame exactly,
/// has payload, TCP has no flags but ACK and PSH, UDP has a checksum.
bool is_joinable(const FlowPacket& packet) noexcept;

/// The IPv4 header's checksum is right, and that of the whole L4 unless `partial`.
bool has_right_checksums(const FlowPacket& packet, bool partial) noexcept;

/// IPv4 identification; 0 over IPv6.
std::uint16_t identification_of(const FlowPacket& packet) noexcept;
bool has_dont_fragment(const FlowPacket& packet) noexcept;     ///< false over IPv6
std::uint32_t sequence_of(const FlowPacket& packet) noexcept;  ///< TCP's
bool has_push(const FlowPacket& packet) noexcept;              ///< false over UDP

/// The most payload that one superframe of this layout may carry: a 16-bit IP length bounds it.
std::size_t max_payload(const FlowLayout& layout) noexcept;

/// Turns a train's first headers into those of its superframe of `payload_size` bytes in all. Idempotent.
void write_superframe_headers(const FlowLayout& layout, MutableBytes first, std::size_t payload_size,
                              bool push) noexcept;

FrameOffload superframe_offload(const FlowLayout& layout, std::size_t segment_size) noexcept;

}  // namespace vxtap
