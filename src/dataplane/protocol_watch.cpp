#include "dataplane/protocol_watch.hpp"

#include <array>

#include "offload/membership_parser.hpp"
#include "offload/neighbour_messages.hpp"
#include "offload/overlay_protocol.hpp"

namespace vxtap::dataplane {

bool ProtocolWatch::hear_host(const Segment& segment, BytesView frame, TapPort& tap, TimePoint now) {
  switch (overlay_protocol(segment, frame, segment.vid != 0 ? kVlanTagSize : 0)) {
    case OverlayProtocol::kNone:
      return false;
    case OverlayProtocol::kNeighbours:
      return answer(segment, frame, tap, now);
    case OverlayProtocol::kMemberships:
      break;
  }
  std::array<MembershipMessage, kMostMembershipMessages> messages;
  const auto heard = std::span(messages).first(parse_membership(frame, messages));
  if (!heard.empty()) events_.membership_heard(segment, heard, std::nullopt);
  return false;
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
  switch (overlay_protocol(segment, inner, 0)) {
    case OverlayProtocol::kNone:
      return true;
    case OverlayProtocol::kNeighbours:
      snoop_neighbours(inner, *segment.neighbours, to_tick(now));
      return true;
    case OverlayProtocol::kMemberships:
      break;
  }
  std::array<MembershipMessage, kMostMembershipMessages> messages;
  const auto heard = std::span(messages).first(parse_membership(inner, messages));
  if (heard.empty()) return true;
  events_.membership_heard(segment, heard, Remote{source, segment.port});
  if (!is_withheld(segment, heard)) return true;
  counters_.of(segment).suppressed.add(1);
  return false;
}

}  // namespace vxtap::dataplane
