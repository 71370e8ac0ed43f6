#include "dataplane/protocol_watch.hpp"

#include <algorithm>
#include <array>

#include "core/inner_ip.hpp"
#include "core/membership_message.hpp"
#include "offload/membership_parser.hpp"
#include "offload/neighbour_messages.hpp"
#include "vxtap/group_table.hpp"

namespace vxtap::dataplane {
namespace {

// Group records of one message that are heard; hosts report a handful.
constexpr std::size_t kMostMessages = 64;

bool is_neighbour_message(const EthernetHeader& ethernet, BytesView frame) noexcept {
  if (ethernet.ether_type == static_cast<std::uint16_t>(EtherType::kArp)) return true;
  if (ethernet.ether_type != static_cast<std::uint16_t>(EtherType::kIpv6)) return false;
  const auto ip = InnerIp::parse(ethernet, frame);
  return ip && ip->protocol == kProtocolIcmpv6;
}

bool is_report(const MembershipMessage& message) noexcept {
  return message.kind == MembershipMessage::Kind::kJoin || message.kind == MembershipMessage::Kind::kLeave;
}

/// One table and one set of groups are for hosts of one broadcast domain: frames with a tag of their own
/// belong to another.
bool is_of_the_segment(const EthernetHeader& ethernet, std::size_t trunk_tag) noexcept {
  return ethernet.size == kEthernetHeaderSize + trunk_tag;
}

}  // namespace

bool ProtocolWatch::hear_host(const Segment& segment, BytesView frame, TapPort& tap, TimePoint now) {
  const auto ethernet = EthernetHeader::parse(frame);
  if (!ethernet || !is_of_the_segment(*ethernet, segment.vid != 0 ? kVlanTagSize : 0)) return false;
  if (segment.multicast_snooping && ethernet->destination.is_multicast() &&
      is_membership_message(frame, *ethernet)) {
    std::array<MembershipMessage, kMostMessages> messages;
    const auto heard = std::span(messages).first(parse_membership(frame, messages));
    if (!heard.empty()) events_.membership_heard(segment, heard, std::nullopt);
    return false;
  }
  return segment.neighbours != nullptr && is_neighbour_message(*ethernet, frame) &&
         answer(segment, frame, tap, now);
}

bool ProtocolWatch::answer(const Segment& segment, BytesView frame, TapPort& tap, TimePoint now) {
  withdraw_neighbours(frame, *segment.neighbours);
  std::array<std::uint8_t, kNeighbourReplyMax> reply;
  const auto size = answer_neighbour_request(frame, *segment.neighbours, to_tick(now), reply);
  if (!size) return false;
  const BytesView piece = BytesView(reply).first(*size);
  const Delivery delivery{.pieces = {&piece, 1}, .offload = {}};
  TapWrite result = TapWrite::kDown;
  tap.write({&delivery, 1}, {&result, 1});
  if (result != TapWrite::kWritten) return false;  // then who is asked for may answer
  counters_.of(segment).suppressed.add(1);
  return true;
}

bool ProtocolWatch::hear_remote(const Segment& segment, const VtepAddress& source, BytesView inner,
                                TimePoint now) {
  const auto ethernet = EthernetHeader::parse(inner);
  if (!ethernet || !is_of_the_segment(*ethernet, 0)) return true;
  if (segment.neighbours != nullptr && is_neighbour_message(*ethernet, inner))
    snoop_neighbours(inner, *segment.neighbours, to_tick(now));
  if (!segment.multicast_snooping || !ethernet->destination.is_multicast() ||
      !is_membership_message(inner, *ethernet))
    return true;
  std::array<MembershipMessage, kMostMessages> messages;
  const auto heard = std::span(messages).first(parse_membership(inner, messages));
  if (heard.empty()) return true;
  events_.membership_heard(segment, heard, Remote{source, segment.port});
  const bool v6 = !heard.front().group.is_v4();
  const bool for_host = segment.groups == nullptr || segment.groups->reports_to_host(v6);
  if (for_host || !std::ranges::all_of(heard, is_report)) return true;
  counters_.of(segment).suppressed.add(1);
  return false;
}

}  // namespace vxtap::dataplane
