#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "vxtap/bytes.hpp"
#include "vxtap/forwarder.hpp"

namespace vxtap {

/// What a path's MTU means for a frame (packets.md, step 6).
enum class PathFit : std::uint8_t {
  kFits,
  kFragments,  ///< the outer packet, by us or by a router
  kTooBig,     ///< dropped; its sender is told when the inner packet must not be fragmented
};

/// No path that carries IP is narrower than this, so smaller packets need no look at it: bytes of the outer
/// packet (RFC 791; RFC 8200 section 5).
inline constexpr std::uint32_t kAnyPathMtuV4 = 576;
inline constexpr std::uint32_t kAnyPathMtuV6 = 1280;

/// Bytes of the outer packet that carries `frame`, or of a superframe's largest packet.
std::uint32_t outer_size(const TapVerdict& verdict, const Frame& frame) noexcept;

/// `path_mtu` 0: not known, and taken for wide enough.
PathFit path_fit(const TapVerdict& verdict, std::uint32_t outer_size, std::uint32_t path_mtu) noexcept;

/// Room that write_too_big needs: the longest message, and the tags that EthernetHeader steps over.
inline constexpr std::size_t kTooBigMessageSize = kEthernetHeaderSize + 2 * kVlanTagSize + 1280;

/// Writes the Ethernet frame that tells the inner packet's sender how much fits through `path_mtu`: ICMP
/// fragmentation-needed (RFC 1191 section 4) or ICMPv6 packet-too-big (RFC 4443 section 3.2). It comes from
/// the packet's own destination, as Linux does it (ip_tunnel_core.c, iptunnel_pmtud_build_icmp), so that it
/// is right behind a bridge too. Returns its size; empty for a packet that nobody may be told about:
/// not IP or fragmentable, ICMP errors, later fragments, group addresses (RFC 1122 section 3.2.2).
std::optional<std::size_t> write_too_big(const TapVerdict& verdict, BytesView frame, std::uint32_t path_mtu,
                                         MutableBytes out) noexcept;

}  // namespace vxtap
