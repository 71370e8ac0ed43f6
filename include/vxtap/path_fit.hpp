#pragma once

#include <cstddef>
#include <cstdint>

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

/// Whether such a packet fits whatever the path.
bool fits_any_path(const TapVerdict& verdict, std::uint32_t outer_size) noexcept;

/// Bytes of an underlay packet that are left to the inner IP packet of such a frame, whose Ethernet header
/// has `ethernet_size` bytes; 0 when nothing is.
std::uint32_t inner_mtu(const TapVerdict& verdict, std::size_t ethernet_size,
                        std::uint32_t path_mtu) noexcept;

/// `path_mtu` 0: not known, and taken for wide enough.
PathFit path_fit(const TapVerdict& verdict, std::uint32_t outer_size, std::uint32_t path_mtu) noexcept;

}  // namespace vxtap
