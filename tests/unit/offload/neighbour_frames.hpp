#pragma once

#include <tins/tins.h>

#include <initializer_list>
#include <string>

#include "frames.hpp"
#include "support/values.hpp"

namespace vxtap::test {

// ARP and neighbour discovery frames made by libtins. As they stand: 10.100.0.1 and 2001:db8::1, both at
// kAskerMac, ask everybody for 10.100.0.2 and 2001:db8::2.

inline constexpr const char* kAskerMac = "02:00:00:00:01:01";
inline constexpr const char* kTargetMac = "02:00:00:00:01:02";
inline constexpr const char* kThirdMac = "02:00:00:00:01:03";

struct ArpFrame {
  Tins::ARP::Flags operation = Tins::ARP::REQUEST;
  std::string to = "ff:ff:ff:ff:ff:ff", from = kAskerMac;
  std::string sender_mac = kAskerMac, sender = "10.100.0.1", target = "10.100.0.2";

  Bytes bytes() const {
    Tins::ARP arp(target, sender, "00:00:00:00:00:00", sender_mac);
    arp.opcode(operation);
    return (Tins::EthernetII(to, from) / arp).serialize();
  }
};

struct NdFrame {
  Tins::ICMPv6::Types type = Tins::ICMPv6::NEIGHBOUR_SOLICIT;
  std::string to = "33:33:ff:00:00:02", from = kAskerMac;
  std::string source = "2001:db8::1", destination = "ff02::1:ff00:2", target = "2001:db8::2";
  std::string source_link = kAskerMac, target_link = "";  ///< options; none where empty
  bool router = false, solicited = false, overrides = false;
  std::uint8_t hop_limit = 255, code = 0;

  Bytes bytes() const {
    Tins::ICMPv6 icmp(type);
    icmp.code(code);
    const bool advertisement = type == Tins::ICMPv6::NEIGHBOUR_ADVERT;
    if (advertisement || type == Tins::ICMPv6::NEIGHBOUR_SOLICIT) icmp.target_addr(target);
    if (advertisement) {
      icmp.router(router);
      icmp.solicited(solicited);
      icmp.override(overrides);
    }
    if (!source_link.empty()) icmp.source_link_layer_addr(source_link);
    if (!target_link.empty()) icmp.target_link_layer_addr(target_link);
    Tins::IPv6 ip(destination, source);
    ip.hop_limit(hop_limit);
    return (Tins::EthernetII(to, from) / ip / icmp).serialize();
  }
};

/// 2001:db8::1 at kAskerMac answers everybody's question for itself.
inline NdFrame advertisement() {
  return {.type = Tins::ICMPv6::NEIGHBOUR_ADVERT,
          .to = "33:33:00:00:00:01",
          .destination = "ff02::1",
          .target = "2001:db8::1",
          .source_link = "",
          .target_link = kAskerMac,
          .overrides = true};
}

inline constexpr std::size_t kArpOffset = 14, kIpv6Offset = 14, kIcmpOffset = 54;
inline constexpr std::size_t kArpEnd = 42;  // padding follows

/// A copy with other bytes from `offset` on.
inline Bytes patched(Bytes frame, std::size_t offset, std::initializer_list<int> bytes) {
  for (const int byte : bytes) frame.at(offset++) = static_cast<std::uint8_t>(byte);
  return frame;
}

/// A copy of which the IPv6 length and the ICMPv6 checksum fit the bytes.
inline Bytes resummed(Bytes frame) {
  const auto length = static_cast<std::uint16_t>(frame.size() - kIcmpOffset);
  store_be(MutableBytes(frame), kIpv6Offset + 4, length);
  store_be(MutableBytes(frame), kIcmpOffset + 2, std::uint16_t{0});
  const std::uint16_t sum = naive_sum(BytesView(frame).subspan(kIpv6Offset + 8), length + 58U);
  store_be(MutableBytes(frame), kIcmpOffset + 2, static_cast<std::uint16_t>(~sum));
  return frame;
}

/// A copy with `bytes` in front of what stood at `offset`.
inline Bytes inserted(const Bytes& frame, std::size_t offset, const Bytes& bytes) {
  const auto at = frame.begin() + static_cast<std::ptrdiff_t>(offset);
  return Bytes(frame.begin(), at) + bytes + Bytes(at, frame.end());
}

/// The IPv6 packet with an extension header of eight bytes between its header and ICMPv6.
inline Bytes with_extension(const Bytes& frame, std::uint8_t type, std::initializer_list<int> behind_next) {
  Bytes header(8);
  header[0] = frame.at(kIpv6Offset + 6);
  header = patched(header, 1, behind_next);
  Bytes longer = inserted(frame, kIcmpOffset, header);
  longer[kIpv6Offset + 5] = static_cast<std::uint8_t>(longer[kIpv6Offset + 5] + 8);
  longer[kIpv6Offset + 6] = type;
  return longer;
}

const Bytes kCustomerTag{0x81, 0x00, 0x60, 0x05};
const Bytes kServiceTag{0x88, 0xA8, 0x00, 0x64};

/// A copy with tags behind the addresses.
inline Bytes tagged(const Bytes& frame, const Bytes& tags) {
  return inserted(frame, 12, tags);
}

}  // namespace vxtap::test
