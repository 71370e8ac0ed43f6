#include "offload/overlay_protocol.hpp"

#include "core/inner_ip.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/group_table.hpp"

namespace vxtap {
namespace {

bool is_neighbour_message(const EthernetHeader& ethernet, BytesView frame) noexcept {
  if (ethernet.ether_type == static_cast<std::uint16_t>(EtherType::kArp)) return true;
  if (ethernet.ether_type != static_cast<std::uint16_t>(EtherType::kIpv6)) return false;
  const auto ip = InnerIp::parse(ethernet, frame);
  return ip && ip->protocol == kProtocolIcmpv6;
}

bool is_report(const MembershipMessage& message) noexcept {
  return message.kind == MembershipMessage::Kind::kJoin || message.kind == MembershipMessage::Kind::kLeave;
}

}  // namespace

OverlayProtocol overlay_protocol(const Segment& segment, BytesView frame, std::size_t trunk_tag) noexcept {
  const auto ethernet = EthernetHeader::parse(frame);
  if (!ethernet || ethernet->size != kEthernetHeaderSize + trunk_tag) return OverlayProtocol::kNone;
  if (segment.multicast_snooping && ethernet->destination.is_multicast() &&
      is_membership_message(frame, *ethernet))
    return OverlayProtocol::kMemberships;
  if (segment.neighbours != nullptr && is_neighbour_message(*ethernet, frame))
    return OverlayProtocol::kNeighbours;
  return OverlayProtocol::kNone;
}

bool is_withheld(const Segment& segment, const MembershipMessage& heard) noexcept {
  const bool v6 = !heard.group.is_v4();
  const bool for_host = segment.groups == nullptr || segment.groups->reports_to_host(v6);
  return !for_host && is_report(heard);
}

}  // namespace vxtap
