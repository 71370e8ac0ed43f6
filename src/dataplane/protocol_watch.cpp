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
  hear_memberships(segment, frame, std::nullopt);
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
  const auto heard = hear_memberships(segment, inner, Remote{source, segment.port});
  if (!heard || !is_withheld(segment, *heard)) return true;
  counters_.of(segment).suppressed.add(1);
  return false;
}

/// The last of the frame's messages.
std::optional<MembershipMessage> ProtocolWatch::hear_memberships(const Segment& segment, BytesView frame,
                                                                 const std::optional<Remote>& from) {
  std::optional<MembershipMessage> heard;
  MembershipMessages messages(frame);
  while (const auto message = messages.next()) {
    events_.membership_heard(segment, *message, from);
    heard = message;
  }
  return heard;
}

}  // namespace vxtap::dataplane
