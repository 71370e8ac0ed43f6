#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "vxtap/mac_address.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap {

/// What inner multicast is told apart by: an IP group, or a MAC address for entries that name no IP group.
using MulticastGroup = std::variant<VtepAddress, MacAddress>;

/// Whether memberships of this group restrict where its frames go. Never those of one link, which hosts use
/// without reporting them (RFC 4541 2.1.2 and 3): 224.0.0.0/24, and of IPv6 every scope up to link-local.
constexpr bool is_tracked_group(const VtepAddress& group) noexcept {
  constexpr std::uint8_t kScope = 0x0F, kLinkLocalScope = 2;  // RFC 4291 2.7
  if (!group.is_multicast()) return false;
  const auto octets = group.octets();
  if (group.is_v4()) return octets[0] != 224 || octets[1] != 0 || octets[2] != 0;
  return (octets[1] & kScope) > kLinkLocalScope;
}

/// Where one segment's inner multicast goes instead of its flood list. GroupMemberships builds it, the
/// control thread publishes it with the segment, any thread reads it; immutable, and what it returns lasts as
/// long as the table.
///
/// A frame whose group is not here is flooded. Frames that carry membership messages are to be flooded
/// without asking: every VTEP has to hear of them.
class GroupTable {
 public:
  struct Entry {
    MulticastGroup group;
    std::vector<Remote> remotes;  ///< each once; not empty
  };
  /// One address family's part in it.
  struct Family {
    bool snooping = false;        ///< a querier was heard, so that memberships are known
    bool reports_to_host = true;  ///< see reports_to_host()
  };

  /// Nothing known: everything is flooded.
  GroupTable() = default;
  /// Each group at most once; IP groups that are not tracked are left out.
  GroupTable(std::vector<Entry> entries, const Family& v4, const Family& v6);

  /// For the destination of an IP packet in a multicast frame; to be asked before by_mac. Null: flood.
  const std::vector<Remote>* by_ip(const VtepAddress& group) const noexcept;
  /// For the destination of any multicast frame. Null: flood.
  const std::vector<Remote>* by_mac(const MacAddress& mac) const noexcept;

  /// Whether the family's reported memberships are in the table, not only its static entries.
  bool snooping(bool v6) const noexcept { return family(v6).snooping; }

  /// Whether reports and leaves from the underlay are to be handed to the TAP. Not where a querier is known
  /// and is not the local host: a host that hears another's IGMPv2 or MLDv1 report keeps back its own
  /// (RFC 2236 section 3), and its group would be forgotten here and there (RFC 4541 2.1.1).
  bool reports_to_host(bool v6) const noexcept { return family(v6).reports_to_host; }

  bool empty() const noexcept { return by_ip_.empty() && by_mac_.empty(); }

 private:
  template <typename Key>
  using Rows = std::vector<std::pair<Key, std::vector<Remote>>>;  // sorted: no key can be made to collide

  Rows<VtepAddress> by_ip_;
  Rows<MacAddress> by_mac_;
  Family v4_, v6_;

  const Family& family(bool v6) const noexcept { return v6 ? v6_ : v4_; }
};

}  // namespace vxtap
