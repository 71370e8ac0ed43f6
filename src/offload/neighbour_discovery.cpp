#include "offload/neighbour_discovery.hpp"

#include "core/inner_ip.hpp"
#include "offload/checksum.hpp"
#include "offload/transport.hpp"

namespace vxtap {
namespace {

constexpr std::uint8_t kHopLimit = 255;

// From the first byte of the IPv6 header (RFC 8200 section 3).
constexpr std::size_t kIpv6NextHeader = 6, kIpv6HopLimit = 7, kIpv6Source = 8, kIpv6Destination = 24;

// Neighbour solicitation and advertisement, from the first byte of ICMPv6 (RFC 4861 4.3, 4.4); the flags are
// reserved bits of a solicitation:
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |   type: 135   |    code: 0    |           checksum            |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |R|S|O|                       reserved                          |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                                                               |
// +                                                               +
// |                        target address                         |
// +                                                               +
// |                                                               |
// +                                                               +
// |                                                               |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//
// and the option behind it (4.6.1, RFC 2464 section 6):
//
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// | 1 src, 2 tgt  |   length: 1   |         MAC address           |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
// |                                                               |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
constexpr std::size_t kChecksum = 2, kFlags = 4, kTarget = 8, kTargetEnd = 24;
constexpr std::uint32_t kRouter = 0x8000'0000, kSolicited = 0x4000'0000, kOverride = 0x2000'0000;
constexpr std::size_t kOptionUnit = 8;
constexpr std::uint8_t kSourceLinkAddress = 1, kTargetLinkAddress = 2;

/// Where the options of a type begin; empty for a type that is not ours.
std::optional<std::size_t> options_of(NdType type) noexcept {
  switch (type) {
    case NdType::kRouterSolicitation:
      return 8;
    case NdType::kRouterAdvertisement:
      return 16;
    case NdType::kNeighbourSolicitation:
    case NdType::kNeighbourAdvertisement:
      return kTargetEnd;
  }
  return std::nullopt;
}

bool is_advertisement(const NdMessage& message) noexcept {
  return message.type == NdType::kNeighbourAdvertisement;
}

/// Takes the first link-layer address out of the options. False when they do not fill the packet exactly, or
/// the address is none of Ethernet.
bool read_options(BytesView options, NdMessage& message) noexcept {
  const std::uint8_t wanted = is_advertisement(message) ? kTargetLinkAddress : kSourceLinkAddress;
  while (!options.empty()) {
    const auto type = load_be<std::uint8_t>(options, 0);
    const auto units = load_be<std::uint8_t>(options, 1);
    if (!type || !units || *units == 0 || *units * kOptionUnit > options.size()) return false;
    if (*type == wanted && !message.link_address) {
      if (*units != 1) return false;
      message.link_address = MacAddress::from_u64(load_be<std::uint64_t>(options, 0).value_or(0));
    }
    options = options.subspan(*units * kOptionUnit);
  }
  return true;
}

/// The checksum field is part of what is summed: right when all ones come out.
bool has_right_checksum(const InnerIp& ip, BytesView icmp, BytesView frame) noexcept {
  return ones_complement_sum(icmp, pseudo_header_sum(ip, icmp.size(), frame)) == 0xFFFF;
}

/// All of the ICMPv6 message, of a packet of which the headers are right; else empty.
std::optional<BytesView> icmp_of(const InnerIp& ip, BytesView frame) noexcept {
  if (!ip.v6 || ip.protocol != kProtocolIcmpv6 || ip.l4_offset != ip.offset + kIpv6Header)
    return std::nullopt;
  const auto length = l4_length(ip, frame);
  if (!length || load_be<std::uint8_t>(frame, ip.offset + kIpv6HopLimit) != kHopLimit) return std::nullopt;
  return frame.subspan(ip.l4_offset, *length);
}

/// ff02::1:ffXX:XXXX with the target's last 24 bits (RFC 4291 2.7.1).
VtepAddress solicited_node_group(const VtepAddress& target) noexcept {
  const auto& ip = target.mapped();
  return VtepAddress::from_v6({0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, ip[13], ip[14], ip[15]});
}

/// A mapped address is no host's on a wire, and VtepAddress would take it for IPv4.
bool is_v6_host(const VtepAddress& ip) noexcept {
  return !ip.is_v4() && is_host_address(ip);
}

}  // namespace

std::optional<NdMessage> NdMessage::parse(const EthernetHeader& ethernet, BytesView frame) noexcept {
  const auto ip = InnerIp::parse(ethernet, frame);
  const auto icmp = ip ? icmp_of(*ip, frame) : std::nullopt;
  const auto type = icmp ? load_be<std::uint8_t>(*icmp, 0) : std::nullopt;
  if (!type || load_be<std::uint8_t>(*icmp, 1) != std::uint8_t{0}) return std::nullopt;
  NdMessage message;
  message.type = static_cast<NdType>(*type);
  const auto options = options_of(message.type);
  if (!options || icmp->size() < *options || !has_right_checksum(*ip, *icmp, frame)) return std::nullopt;
  message.source = load_address(frame, ip->offset + kIpv6Source, true).value_or(VtepAddress{});
  message.destination = load_address(frame, ip->offset + kIpv6Destination, true).value_or(VtepAddress{});
  if (*options == kTargetEnd) message.target = load_address(*icmp, kTarget, true).value_or(VtepAddress{});
  if (is_advertisement(message)) {
    const auto flags = load_be<std::uint32_t>(*icmp, kFlags).value_or(0);
    message.router = (flags & kRouter) != 0;
    message.solicited = (flags & kSolicited) != 0;
    message.overrides = (flags & kOverride) != 0;
  }
  if (!read_options(icmp->subspan(*options), message)) return std::nullopt;
  return message;
}

std::optional<NeighbourQuestion> nd_question(const EthernetHeader& ethernet, BytesView frame) noexcept {
  const auto nd = NdMessage::parse(ethernet, frame);
  if (!nd || nd->type != NdType::kNeighbourSolicitation || !ethernet.destination.is_multicast())
    return std::nullopt;
  if (!is_v6_host(nd->source) || !is_v6_host(nd->target) || nd->source == nd->target) return std::nullopt;
  if (nd->destination != solicited_node_group(nd->target)) return std::nullopt;
  if (nd->link_address && *nd->link_address != ethernet.source) return std::nullopt;
  return NeighbourQuestion{nd->source, nd->target};
}

std::optional<NeighbourClaim> nd_claim(const EthernetHeader& ethernet, BytesView frame) noexcept {
  const auto nd = NdMessage::parse(ethernet, frame);
  if (!nd || nd->link_address != ethernet.source || !is_v6_host(nd->source)) return std::nullopt;
  NeighbourClaim claim{.binding = {nd->source, ethernet.source}};
  switch (nd->type) {
    case NdType::kRouterSolicitation:  // also sent by routers that listen to others
      return claim;
    case NdType::kRouterAdvertisement:
      claim.role = NeighbourRole::kRouter;
      return nd->source.is_link_local() ? std::optional(claim) : std::nullopt;
    case NdType::kNeighbourSolicitation:
      return is_v6_host(nd->target) ? std::optional(claim) : std::nullopt;
    case NdType::kNeighbourAdvertisement:
      break;
  }
  if (!is_v6_host(nd->target) || (nd->destination.is_multicast() && nd->solicited)) return std::nullopt;
  claim.binding.ip = nd->target;
  claim.role = nd->router ? NeighbourRole::kRouter : NeighbourRole::kHost;
  claim.overrides = nd->overrides;
  return claim;
}

void write_advertisement(const NeighbourReply& reply, MutableBytes payload) noexcept {
  constexpr auto kIcmpSize = static_cast<std::uint16_t>(kAdvertisementSize - kIpv6Header);
  store_be(payload, 0, std::uint8_t{0x60});  // version 6
  store_be(payload, kIpv6Length, kIcmpSize);
  store_be(payload, kIpv6NextHeader, kProtocolIcmpv6);
  store_be(payload, kIpv6HopLimit, kHopLimit);
  store_ip(payload, kIpv6Source, reply.question.target);
  store_ip(payload, kIpv6Destination, reply.question.asker);

  const MutableBytes icmp = payload.subspan(kIpv6Header, kIcmpSize);
  store_be(icmp, 0, static_cast<std::uint8_t>(NdType::kNeighbourAdvertisement));
  store_be(icmp, kFlags, (reply.router ? kRouter : 0) | kSolicited | kOverride);
  store_ip(icmp, kTarget, reply.question.target);
  store_be(icmp, kTargetEnd, kTargetLinkAddress);
  store_be(icmp, kTargetEnd + 1, std::uint8_t{1});
  store_mac(icmp, kTargetEnd + 2, reply.mac);

  const InnerIp ip{.v6 = true, .offset = 0, .l4_offset = kIpv6Header, .protocol = kProtocolIcmpv6};
  const std::uint16_t sum = ones_complement_sum(icmp, pseudo_header_sum(ip, kIcmpSize, payload));
  store_be(icmp, kChecksum, static_cast<std::uint16_t>(~sum));
}

}  // namespace vxtap
