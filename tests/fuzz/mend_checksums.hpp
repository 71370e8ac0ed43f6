#pragma once

#include "core/inner_ip.hpp"
#include "support/naive_offload.hpp"
#include "support/values.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap::fuzz {

/// Gives the IP packet in the frame the checksums, and IPv6 the length, that a sender would give it, so that
/// what looks behind them sees more than their absence. No fuzzer guesses a checksum.
inline void mend_checksums(test::Bytes& frame) {
  constexpr std::uint8_t kIgmp = 2, kPim = 103;
  const MutableBytes bytes(frame);
  const auto ethernet = EthernetHeader::parse(bytes);
  auto ip = ethernet ? InnerIp::parse(*ethernet, bytes) : std::nullopt;
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
  const bool summed_alone = ip->protocol == kIgmp || ip->protocol == 1 || (ip->protocol == kPim && !ip->v6);
  const std::size_t field = ip->protocol == kProtocolTcp ? 16 : ip->protocol == kProtocolUdp ? 6 : 2;
  if (!store_be(l4, field, std::uint16_t{0})) return;
  if (ip->protocol == kProtocolUdp) store_be(l4, 4, static_cast<std::uint16_t>(l4.size()));
  std::uint16_t sum = 0;
  if (!summed_alone) {
    const auto addresses = bytes.subspan(ip->address_offset(), 2 * ip->address_size());
    sum = test::naive_sum(addresses, static_cast<std::uint32_t>(l4.size()) + ip->protocol);
  }
  store_be(l4, field, test::naive_checksum(test::naive_sum(l4, sum)));
}

}  // namespace vxtap::fuzz
