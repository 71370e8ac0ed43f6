#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "vxtap/bytes.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap {

/// Room that a message needs: the longest one, and the tags that EthernetHeader steps over.
inline constexpr std::size_t kTooBigMessageMax = kEthernetHeaderSize + 2 * kVlanTagSize + 1280;

/// Writes the Ethernet frame that tells the sender of the packet in `frame` that no more than `mtu` bytes of
/// IP packet pass: ICMP fragmentation-needed (RFC 1191 section 4) or ICMPv6 packet-too-big (RFC 4443 section
/// 3.2). It comes from the packet's own destination, as Linux does it (ip_tunnel_core.c,
/// iptunnel_pmtud_build_icmp), so that it is right behind a bridge too, and carries the frame's tags. Returns
/// its size; empty for a packet that nobody may be told about: not IP, IPv4 without DF, ICMP errors, later
/// fragments, senders that are no single host, IPv4 to a group (RFC 1122 section 3.2.2, RFC 4443
/// section 2.4).
std::optional<std::size_t> write_too_big(BytesView frame, std::uint32_t mtu, MutableBytes out) noexcept;

}  // namespace vxtap
