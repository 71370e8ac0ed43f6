#pragma once

#include <optional>

#include "core/inner_ip.hpp"
#include "support/naive_offload.hpp"
#include "support/values.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap::fuzz {

/// The frame's IP packet, as far as there is one.
inline std::optional<InnerIp> ip_of(BytesView frame) {
  const auto ethernet = EthernetHeader::parse(frame);
  return ethernet ? InnerIp::parse(*ethernet, frame) : std::nullopt;
}

/// Of what the pseudo header adds to the checksum of its L4: nothing for IGMP, ICMP and PIM over IPv4.
inline std::uint16_t pseudo_sum(BytesView frame, const InnerIp& ip) {
  constexpr std::uint8_t kIcmp = 1, kIgmp = 2, kPim = 103;
  if (!ip.v6 && (ip.protocol == kIcmp || ip.protocol == kIgmp || ip.protocol == kPim)) return 0;
  return test::naive_pseudo_sum(frame, ip.offset, frame.size() - ip.l4_offset, ip.protocol);
}

/// Gives the IP packet in the frame the checksums and lengths that a sender would give it, so that what looks
/// behind them sees more than their absence. No fuzzer guesses a checksum.
inline void mend_checksums(test::Bytes& frame) {
  const MutableBytes bytes(frame);
  const auto ip = ip_of(bytes);
  if (!ip) return;
  if (ip->v6) {
    store_be(bytes, ip->offset + 4, static_cast<std::uint16_t>(frame.size() - ip->offset - kIpv6Header));
  } else {
    store_be(bytes, ip->offset + 2, static_cast<std::uint16_t>(frame.size() - ip->offset));
    store_be(bytes, ip->offset + 10, std::uint16_t{0});
    const auto header = bytes.subspan(ip->offset, ip->l4_offset - ip->offset);
    store_be(bytes, ip->offset + 10, static_cast<std::uint16_t>(~test::naive_sum(header)));
  }
  const auto l4 = bytes.subspan(ip->l4_offset);
  const std::size_t field = ip->protocol == kProtocolTcp ? 16 : ip->protocol == kProtocolUdp ? 6 : 2;
  if (!store_be(l4, field, std::uint16_t{0})) return;
  if (ip->protocol == kProtocolUdp) store_be(l4, 4, static_cast<std::uint16_t>(l4.size()));
  store_be(l4, field, test::naive_checksum(test::naive_sum(l4, pseudo_sum(bytes, *ip))));
}

/// Of a frame that ends where its IP packet does.
inline bool has_right_checksums(BytesView frame) {
  const auto ip = ip_of(frame);
  if (!ip) return false;
  const auto header = frame.subspan(ip->offset, ip->l4_offset - ip->offset);
  if (!ip->v6 && test::naive_sum(header) != 0xFFFF) return false;
  return test::naive_sum(frame.subspan(ip->l4_offset), pseudo_sum(frame, *ip)) == 0xFFFF;
}

}  // namespace vxtap::fuzz
