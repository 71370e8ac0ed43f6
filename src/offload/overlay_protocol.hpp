#pragma once

#include <cstddef>
#include <cstdint>

#include "core/membership_message.hpp"
#include "vxtap/bytes.hpp"
#include "vxtap/segment.hpp"

/// Which frames concern the overlay's protocols that a segment takes part in when it is asked to. Pure; the
/// workers act on the answers, and who explains a frame tells them.
namespace vxtap {

enum class OverlayProtocol : std::uint8_t {
  kNone,
  kNeighbours,   ///< ARP or ICMPv6, with `neighbour_suppression`
  kMemberships,  ///< IGMP, MLD or PIM, with `multicast_snooping`
};

/// What the segment watches at all: for most it is nothing, and there is no need to look at a frame.
inline bool watches_protocols(const Segment& segment) noexcept {
  return segment.neighbours != nullptr || segment.multicast_snooping;
}

/// Of a frame whose trunk tag has `trunk_tag` bytes. One table and one set of groups are for hosts of one
/// broadcast domain: frames with a tag of their own belong to another, and are kNone.
OverlayProtocol overlay_protocol(const Segment& segment, BytesView frame, std::size_t trunk_tag) noexcept;

/// Whether a remote's frame is kept from the local host (GroupTable::reports_to_host). `heard` is any of its
/// messages: reports come with reports alone.
bool is_withheld(const Segment& segment, const MembershipMessage& heard) noexcept;

}  // namespace vxtap
