#pragma once

#include <cstddef>

#include "vxtap/bytes.hpp"
#include "vxtap/mac_address.hpp"
#include "vxtap/vtep_address.hpp"

/// What ARP and neighbour discovery have in common.
namespace vxtap {

/// A request that may be answered in another's name: who asks, and for the MAC of whom. Both are addresses of
/// single hosts, of one family, and differ.
struct NeighbourQuestion {
  VtepAddress asker;
  VtepAddress target;
};

/// The answer: `target` is at `mac`.
struct NeighbourReply {
  NeighbourQuestion question;
  MacAddress asker_mac;
  MacAddress mac;
  bool router = false;  ///< neighbour discovery only
};

/// Writes the address's 4 or 16 bytes; the caller has seen to the room.
inline void store_ip(MutableBytes bytes, std::size_t offset, const VtepAddress& ip) noexcept {
  for (const auto octet : ip.octets()) store_be(bytes, offset++, octet);
}

/// Writes six bytes; the caller has seen to the room.
inline void store_mac(MutableBytes bytes, std::size_t offset, const MacAddress& mac) noexcept {
  store_be(bytes, offset, static_cast<std::uint16_t>(mac.to_u64() >> 32));
  store_be(bytes, offset + 2, static_cast<std::uint32_t>(mac.to_u64()));
}

/// Whether one host of a link may have the address: not unspecified, multicast, loopback (RFC 1122 3.2.1.3,
/// RFC 4291 2.5.3) or IPv4's limited broadcast.
constexpr bool is_host_address(const VtepAddress& ip) noexcept {
  constexpr auto kLoopbackV6 = VtepAddress::from_v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
  constexpr auto kBroadcastV4 = VtepAddress::from_v4({255, 255, 255, 255});
  if (ip.is_unspecified() || ip.is_multicast() || ip == kLoopbackV6 || ip == kBroadcastV4) return false;
  return !ip.is_v4() || ip.octets()[0] != 127;
}

/// Whether it is the address of one host on a wire.
constexpr bool is_host_address(const MacAddress& mac) noexcept {
  return !mac.is_multicast() && !mac.is_zero();
}

}  // namespace vxtap
