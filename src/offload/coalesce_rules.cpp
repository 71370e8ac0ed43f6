#include "offload/coalesce_rules.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <initializer_list>

#include "offload/checksum.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap {
namespace {

constexpr std::uint8_t kIpv4DontFragment = 0x40;  // in the byte at kIpv4Flags

/// The IP header and the fixed part of the L4 header; a bit is set where all packets of a train must agree.
struct HeaderMask {
  std::array<std::uint8_t, kIpv6Header + kTcpMinimum> bits{};
  std::size_t size = 0;  ///< a multiple of 4 for all four

  constexpr void leave_out(std::initializer_list<std::size_t> sixteen_bit_fields, std::size_t base) {
    for (const std::size_t field : sixteen_bit_fields) bits[base + field] = bits[base + field + 1] = 0;
  }
};

constexpr HeaderMask mask_of(bool v6, bool tcp) {
  HeaderMask mask;
  const std::size_t l4 = v6 ? kIpv6Header : kIpv4Header;
  mask.size = l4 + (tcp ? kTcpMinimum : kUdpHeader);
  for (std::size_t i = 0; i < mask.size; ++i) mask.bits[i] = 0xFF;
  if (v6)
    mask.leave_out({kIpv6Length}, 0);
  else
    mask.leave_out({kIpv4Length, kIpv4Identification, kIpv4Checksum}, 0);
  if (tcp) {
    mask.leave_out({kTcpSequence, kTcpSequence + 2, kTcpChecksum}, l4);
    mask.bits[l4 + kTcpFlags] = static_cast<std::uint8_t>(~kTcpPsh);
  } else {
    mask.leave_out({kUdpLength, kUdpChecksum}, l4);
  }
  return mask;
}

constexpr std::array<std::array<HeaderMask, 2>, 2> kMasks{
    {{mask_of(false, false), mask_of(false, true)}, {mask_of(true, false), mask_of(true, true)}}};

/// Each of the three begins with at least mask.size bytes.
bool equal_under(const HeaderMask& mask, BytesView a, BytesView b) noexcept {
  std::uint32_t difference = 0;
  for (std::size_t i = 0; i < mask.size; i += sizeof difference) {
    std::uint32_t word_a = 0, word_b = 0, bits = 0;
    std::memcpy(&word_a, &a[i], sizeof word_a);
    std::memcpy(&word_b, &b[i], sizeof word_b);
    std::memcpy(&bits, &mask.bits[i], sizeof bits);
    difference |= (word_a ^ word_b) & bits;
  }
  return difference == 0;
}

/// Both at least `end` long.
bool equal_between(BytesView a, BytesView b, std::size_t begin, std::size_t end) noexcept {
  return std::ranges::equal(a.subspan(begin, end - begin), b.subspan(begin, end - begin));
}

}  // namespace

std::optional<FlowLayout> FlowLayout::parse(BytesView frame) noexcept {
  const auto ethernet = EthernetHeader::parse(frame);
  const auto ip = ethernet ? InnerIp::parse(*ethernet, frame) : std::nullopt;
  if (!ip || ip->fragment || ip->l4_offset - ip->offset != (ip->v6 ? kIpv6Header : kIpv4Header))
    return std::nullopt;
  const auto l4_header = vxtap::l4_header_size(*ip, frame);
  if (!l4_header) return std::nullopt;
  return FlowLayout{.ip = *ip, .header_size = ip->l4_offset + *l4_header};
}

bool is_same_flow(const FlowPacket& a, const FlowPacket& b) noexcept {
  const InnerIp &ip_a = a.layout.ip, &ip_b = b.layout.ip;
  if (ip_a.v6 != ip_b.v6 || ip_a.protocol != ip_b.protocol) return false;
  if (a.layout.ports(a.bytes) != b.layout.ports(b.bytes)) return false;
  return std::ranges::equal(a.bytes.subspan(ip_a.address_offset(), 2 * ip_a.address_size()),
                            b.bytes.subspan(ip_b.address_offset(), 2 * ip_b.address_size()));
}

bool has_same_headers(const FlowPacket& first, BytesView other) noexcept {
  const FlowLayout& layout = first.layout;
  if (other.size() < layout.header_size) return false;
  const HeaderMask& mask = kMasks[layout.ip.v6][layout.tcp()];
  const std::size_t ip = layout.ip.offset;
  return equal_under(mask, first.bytes.subspan(ip), other.subspan(ip)) &&
         equal_between(first.bytes, other, 0, ip) &&
         equal_between(first.bytes, other, ip + mask.size, layout.header_size);
}

bool is_joinable(const FlowPacket& packet) noexcept {
  const auto& [layout, bytes] = packet;
  const std::size_t l4_size = bytes.size() - layout.ip.l4_offset;
  if (bytes.size() <= layout.header_size || l4_length(layout.ip, bytes) != l4_size) return false;
  const BytesView l4 = bytes.subspan(layout.ip.l4_offset);
  if (!layout.tcp())
    return load_be<std::uint16_t>(l4, kUdpLength) == l4_size &&
           load_be<std::uint16_t>(l4, kUdpChecksum) != std::uint16_t{0};
  // The low half of the data offset's byte is more flags (RFC 9293 3.1, RFC 9768).
  return (l4[kTcpFlags] & ~kTcpPsh) == kTcpAck && (l4[kTcpDataOffset] & 0x0F) == 0;
}

bool has_right_checksums(const FlowPacket& packet, bool partial) noexcept {
  const auto& [layout, bytes] = packet;
  const InnerIp& ip = layout.ip;
  if (!ip.v6 && ones_complement_sum(bytes.subspan(ip.offset, kIpv4Header)) != 0xFFFF) return false;
  if (partial) return true;
  // Addresses stand straight before L4, neither options nor extensions between, so one pass takes in both.
  const auto rest = static_cast<std::uint32_t>(bytes.size() - ip.l4_offset) + ip.protocol;
  return ones_complement_sum(bytes.subspan(ip.address_offset()), rest) == 0xFFFF;
}

std::uint16_t identification_of(const FlowPacket& packet) noexcept {
  const InnerIp& ip = packet.layout.ip;
  return ip.v6 ? 0 : load_be<std::uint16_t>(packet.bytes, ip.offset + kIpv4Identification).value_or(0);
}

bool has_dont_fragment(const FlowPacket& packet) noexcept {
  const InnerIp& ip = packet.layout.ip;
  return !ip.v6 && (packet.bytes[ip.offset + kIpv4Flags] & kIpv4DontFragment) != 0;
}

std::uint32_t sequence_of(const FlowPacket& packet) noexcept {
  return load_be<std::uint32_t>(packet.bytes, packet.layout.ip.l4_offset + kTcpSequence).value_or(0);
}

bool has_push(const FlowPacket& packet) noexcept {
  return packet.layout.tcp() && (packet.bytes[packet.layout.ip.l4_offset + kTcpFlags] & kTcpPsh) != 0;
}

std::size_t max_payload(const FlowLayout& layout) noexcept {
  return kMaxIpLength - layout.header_size + (layout.ip.v6 ? layout.ip.l4_offset : layout.ip.offset);
}

void write_superframe_headers(const FlowLayout& layout, MutableBytes first, std::size_t payload_size,
                              bool push) noexcept {
  const std::size_t l4_size = layout.l4_header_size() + payload_size;
  const MutableBytes ip = first.subspan(layout.ip.offset, layout.ip.l4_offset - layout.ip.offset);
  if (layout.ip.v6) {
    store_be(ip, kIpv6Length, static_cast<std::uint16_t>(l4_size));
  } else {
    store_be(ip, kIpv4Length, static_cast<std::uint16_t>(ip.size() + l4_size));
    store_be(ip, kIpv4Checksum, std::uint16_t{0});
    store_be(ip, kIpv4Checksum, static_cast<std::uint16_t>(~ones_complement_sum(ip)));
  }
  const MutableBytes l4 = first.subspan(layout.ip.l4_offset);
  const std::uint16_t partial = pseudo_header_sum(layout.ip, l4_size, first);
  if (!layout.tcp()) {
    store_be(l4, kUdpLength, static_cast<std::uint16_t>(l4_size));
    store_be(l4, kUdpChecksum, partial);
    return;
  }
  if (push) l4[kTcpFlags] |= kTcpPsh;
  store_be(l4, kTcpChecksum, partial);
}

FrameOffload superframe_offload(const FlowLayout& layout, std::size_t segment_size) noexcept {
  using Gso = FrameOffload::Gso;
  return {.needs_checksum = true,
          .checksum_start = static_cast<std::uint16_t>(layout.ip.l4_offset),
          .checksum_offset = static_cast<std::uint16_t>(layout.tcp() ? kTcpChecksum : kUdpChecksum),
          .gso = !layout.tcp()  ? Gso::kUdp
                 : layout.ip.v6 ? Gso::kTcpV6
                                : Gso::kTcpV4,
          .segment_size = static_cast<std::uint16_t>(segment_size),
          .header_size = static_cast<std::uint16_t>(layout.header_size)};
}

}  // namespace vxtap
