#include "offload/too_big_message.hpp"

#include <algorithm>

#include "core/inner_ip.hpp"
#include "offload/checksum.hpp"
#include "offload/transport.hpp"

namespace vxtap {
namespace {

// How much such a message is in all (RFC 1812 section 4.3.2.3, RFC 4443 section 2.4 c).
constexpr std::size_t kMostV4 = 576;
constexpr std::size_t kMostV6 = 1280;

constexpr std::size_t kIcmpHeader = 8;
constexpr std::uint8_t kTtl = 64;

constexpr std::uint16_t complement_of(std::uint16_t sum) noexcept {
  return static_cast<std::uint16_t>(~sum);
}

/// The IP packet, the padding of a short frame left out.
BytesView packet_of(BytesView frame, const InnerIp& ip) noexcept {
  const BytesView packet = frame.subspan(ip.offset);
  const auto length = load_be<std::uint16_t>(packet, ip.v6 ? 4 : 2);
  const std::size_t said = length.value_or(0) + (ip.v6 ? kIpv6Header : 0);
  // A superframe's header may say less than there is; then as much as there is.
  return said < kIpv4Header ? packet : packet.first(std::min(packet.size(), said));
}

/// RFC 1122 section 3.2.2: who must not be sent an ICMP error.
bool may_be_told_v4(BytesView packet, const InnerIp& ip) noexcept {
  constexpr std::uint8_t kIcmp = 1;
  const auto source = load_be<std::uint32_t>(packet, 12).value_or(0);
  const auto destination = load_be<std::uint32_t>(packet, 16).value_or(0);
  const auto offset = load_be<std::uint16_t>(packet, 6).value_or(0) & 0x1FFF;
  const auto type = load_be<std::uint8_t>(packet, ip.l4_offset - ip.offset);
  const bool query = type && (*type == 0 || *type == 8 || (*type >= 13 && *type <= 18));
  const bool one_host = source != 0 && source >> 28 < 0xE && source >> 24 != 127;
  return offset == 0 && one_host && destination >> 28 < 0xE && (ip.protocol != kIcmp || query);
}

/// RFC 4443 section 2.4 e. A packet-too-big may answer a packet for a group.
bool may_be_told_v6(BytesView packet, const InnerIp& ip) noexcept {
  constexpr std::uint8_t kInformational = 0x80;
  const auto high = load_be<std::uint64_t>(packet, 8).value_or(0);
  const auto low = load_be<std::uint64_t>(packet, 16).value_or(0);
  const auto type = load_be<std::uint8_t>(packet, ip.l4_offset - ip.offset);
  const bool one_host = high >> 56 != 0xFF && (high != 0 || low > 1);
  const bool error =
      ip.protocol == kProtocolIcmpv6 && (ip.fragment || (type.value_or(0) & kInformational) == 0);
  return one_host && !error;
}

void write_ethernet(BytesView frame, const EthernetHeader& ethernet, MutableBytes out) noexcept {
  std::copy_n(frame.begin(), ethernet.size, out.begin());  // its tags and type too
  const auto to = ethernet.source.octets();
  const auto from = ethernet.destination.octets();
  std::copy(from.begin(), from.end(), std::copy(to.begin(), to.end(), out.begin()));
}

///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |    Type = 3   |    Code = 4   |           Checksum            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           unused = 0          |         Next-Hop MTU          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |      Internet Header + 64 bits of Original Data Datagram      |
std::size_t write_v4(BytesView packet, std::uint32_t mtu, MutableBytes out) noexcept {
  const BytesView quote = packet.first(std::min(packet.size(), kMostV4 - kIpv4Header - kIcmpHeader));
  const std::size_t size = kIpv4Header + kIcmpHeader + quote.size();
  std::fill_n(out.begin(), kIpv4Header + kIcmpHeader, std::uint8_t{0});
  store_be(out, 0, std::uint16_t{0x45C0});  // internetwork control, as routers mark their errors
  store_be(out, 2, static_cast<std::uint16_t>(size));
  store_be(out, 6, std::uint16_t{0x4000});
  store_be(out, 8, static_cast<std::uint16_t>(kTtl << 8 | 1));
  std::copy_n(packet.begin() + 16, 4, out.begin() + 12);
  std::copy_n(packet.begin() + 12, 4, out.begin() + 16);
  store_be(out, kIpv4Checksum, complement_of(ones_complement_sum(out.first(kIpv4Header))));
  const MutableBytes icmp = out.subspan(kIpv4Header, kIcmpHeader + quote.size());
  store_be(icmp, 0, std::uint16_t{0x0304});
  store_be(icmp, 6, static_cast<std::uint16_t>(std::min<std::uint32_t>(mtu, 0xFFFF)));
  std::copy(quote.begin(), quote.end(), icmp.begin() + kIcmpHeader);
  store_be(icmp, 2, complement_of(ones_complement_sum(icmp)));
  return size;
}

/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |    Type = 2   |    Code = 0   |           Checksum            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                              MTU                              |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |          As much of invoking packet as is possible            |
std::size_t write_v6(BytesView packet, std::uint32_t mtu, MutableBytes out) noexcept {
  const BytesView quote = packet.first(std::min(packet.size(), kMostV6 - kIpv6Header - kIcmpHeader));
  const std::size_t length = kIcmpHeader + quote.size();
  std::fill_n(out.begin(), kIpv6Header + kIcmpHeader, std::uint8_t{0});
  store_be(out, 0, std::uint8_t{0x60});
  store_be(out, 4, static_cast<std::uint16_t>(length));
  store_be(out, 6, static_cast<std::uint16_t>(kProtocolIcmpv6 << 8 | kTtl));
  std::copy_n(packet.begin() + 24, 16, out.begin() + 8);
  std::copy_n(packet.begin() + 8, 16, out.begin() + 24);
  const MutableBytes icmp = out.subspan(kIpv6Header, length);
  store_be(icmp, 0, std::uint16_t{0x0200});
  store_be(icmp, 4, mtu);
  std::copy(quote.begin(), quote.end(), icmp.begin() + kIcmpHeader);
  const InnerIp ip{.v6 = true, .offset = 0, .l4_offset = kIpv6Header, .protocol = kProtocolIcmpv6};
  store_be(icmp, 2, complement_of(ones_complement_sum(icmp, pseudo_header_sum(ip, length, out))));
  return kIpv6Header + length;
}

}  // namespace

std::optional<std::size_t> write_too_big(BytesView frame, std::uint32_t mtu, MutableBytes out) noexcept {
  const auto ethernet = EthernetHeader::parse(frame);
  const auto ip = ethernet ? InnerIp::parse(*ethernet, frame) : std::nullopt;
  if (!ip || !ip->dont_fragment || out.size() < kTooBigMessageMax) return std::nullopt;
  const BytesView packet = packet_of(frame, *ip);
  if (packet.size() < ip->l4_offset - ip->offset) return std::nullopt;
  if (!(ip->v6 ? may_be_told_v6(packet, *ip) : may_be_told_v4(packet, *ip))) return std::nullopt;
  if (ethernet->source.is_multicast() || (!ip->v6 && ethernet->destination.is_multicast()))
    return std::nullopt;
  write_ethernet(frame, *ethernet, out);
  const MutableBytes body = out.subspan(ethernet->size);
  return ethernet->size + (ip->v6 ? write_v6(packet, mtu, body) : write_v4(packet, mtu, body));
}

}  // namespace vxtap
