#pragma once

#include <cstddef>
#include <span>

#include "core/membership_message.hpp"
#include "vxtap/bytes.hpp"

namespace vxtap {

/// What an inner Ethernet frame says of multicast memberships: IGMPv1, 2 and 3 (RFC 1112, 2236, 3376), MLDv1
/// and 2 (RFC 2710, 3810), PIMv2 hellos (RFC 7761 4.9.2). Fills `out` from the front and returns how many
/// there were; what does not fit is left out. No frame has more than its size / 8. Pure, any thread; in time
/// linear in the frame.
///
/// Nothing comes of other frames, of malformed ones (a record cut short undoes those before it), of
/// fragments, and of groups that are never tracked. Verified are the checksums, and of MLD what RFC 3810 5
/// and 6.2 ask: hop limit 1, Router Alert, a link-local source (of reports also ::). IGMP may come with any
/// TTL and without Router Alert, as old hosts send it.
std::size_t parse_membership(BytesView frame, std::span<MembershipMessage> out) noexcept;

}  // namespace vxtap
