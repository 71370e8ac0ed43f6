#pragma once

#include <cstddef>
#include <optional>

#include "core/membership_message.hpp"
#include "vxtap/bytes.hpp"

namespace vxtap {

/// What an inner Ethernet frame says of multicast memberships, one after another: IGMPv1, 2 and 3 (RFC 1112,
/// 2236, 3376), MLDv1 and 2 (RFC 2710, 3810), PIMv2 hellos (RFC 7761 4.9.2). One frame holds either one query
/// or hello, or reports alone, all of one family and no more than its size / 8. Pure; in time linear in the
/// frame, which is borrowed.
///
/// Nothing comes of other frames, of malformed ones (a record cut short undoes those before it), of
/// fragments, and of groups that are never tracked. Verified are the checksums, and of MLD what RFC 3810 5
/// and 6.2 ask: hop limit 1, Router Alert, a link-local source (of reports also ::). IGMP may come with any
/// TTL and without Router Alert, as old hosts send it.
class MembershipMessages {
 public:
  explicit MembershipMessages(BytesView frame) noexcept;

  /// Empty at the end.
  std::optional<MembershipMessage> next() noexcept;

 private:
  std::optional<MembershipMessage> single_;
  BytesView records_;  // that are left, all whole
  bool v6_ = false;
};

}  // namespace vxtap
