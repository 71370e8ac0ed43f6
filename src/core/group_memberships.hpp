#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/member_set.hpp"
#include "core/membership_message.hpp"
#include "vxtap/fdb.hpp"
#include "vxtap/group_table.hpp"

namespace vxtap {

inline constexpr Tick kTicksPerSecond = to_tick(TimePoint(std::chrono::seconds(1)));

/// RFC 3376 8.4, 8.5 and 8.8, RFC 3810 9.4, 9.5 and 9.8 with the defaults of the intervals they are made of,
/// as Linux has them (br_multicast.c): how long a report, a query and a leave count.
inline constexpr Tick kMembershipTicks = 260 * kTicksPerSecond;
inline constexpr Tick kQuerierTicks = 255 * kTicksPerSecond;
inline constexpr Tick kLastMemberTicks = 2 * kTicksPerSecond;
inline constexpr std::uint32_t kLastMemberQueries = 2;

/// Who wants which inner multicast group in one segment: what IGMP and MLD messages from the underlay tell
/// (snooping, RFC 4541; Linux, br_multicast.c), and permanent entries. Control thread only. From it the table
/// that workers read is built anew after a change; one build may serve any number of changes.
///
/// - A family's snooped memberships count only while a querier of that family is known, behind any remote or
///   behind the TAP: without one hosts report once and never again. Permanent entries always count.
/// - Every IP group in the table goes to the remotes with routers, too: they route it elsewhere.
/// - A group with more members than are kept is flooded, and a family with more routers than are kept is not
///   snooped: too much traffic rather than too little.
///
/// Limit: a group whose last remote left is unknown and so flooded, as one that nobody ever joined.
class GroupMemberships {
 public:
  static constexpr std::size_t kMostGroups = 4096;

  /// What a remote's frame said. True: the table has to be rebuilt.
  bool from_remote(const MembershipMessage& message, const Remote& from, Tick now);
  /// What the local host's frame said. Its queries count, its memberships do not: it gets every frame.
  /// True: the table has to be rebuilt.
  bool from_host(const MembershipMessage& message, Tick now);
  /// Something that was said did not arrive: all is flooded until a querier asks again, and is answered.
  /// True: the table has to be rebuilt.
  bool miss();
  /// Forgets what is over; to be called about every second. True: the table has to be rebuilt.
  bool expire(Tick now);

  enum class StaticOutcome : std::uint8_t {
    kAdded,
    kExists,
    kNotTracked,  ///< no multicast address, or an IP group that is always flooded
    kFull,        ///< kMostGroups groups or MemberSet::kMost remotes; not counted by refused()
  };
  /// An entry that lasts until it is removed.
  StaticOutcome add_static(const MulticastGroup& group, const Remote& remote);
  /// False when there is none. What the remote reported itself stays.
  bool remove_static(const MulticastGroup& group, const Remote& remote);

  std::shared_ptr<const GroupTable> build() const;

  /// One remote of one group, as `bridge mdb show` has them.
  struct Row {
    MulticastGroup group;
    Remote remote;
    bool permanent = false;
    std::optional<std::uint32_t> seconds_left;  ///< of what it reported; empty when only permanent
  };
  /// Sorted by group, IP groups first.
  std::vector<Row> list(Tick now) const;
  /// Remotes behind which routers of a family are.
  std::vector<Row> list_routers(bool v6, Tick now) const;

  /// A querier of that family is known.
  bool querier_known(bool v6) const noexcept { return family(v6).querier_until.has_value(); }
  /// Reports, queries and hellos that were not kept for want of room.
  std::uint64_t refused() const noexcept { return refused_; }

 private:
  struct Family {
    MemberSet routers;
    std::optional<Tick> querier_until;
    std::optional<Tick> host_asks_until;  ///< the local host is a querier or router
  };

  std::map<MulticastGroup, MemberSet> groups_;  // none empty
  Family v4_, v6_;
  std::uint64_t refused_ = 0;

  const Family& family(bool v6) const noexcept { return v6 ? v6_ : v4_; }
  Family& family_of(const VtepAddress& group) noexcept { return group.is_v4() ? v4_ : v6_; }
  static bool is_snooped(const Family& family) noexcept;
  static GroupTable::Family summary(const Family& family) noexcept;

  bool join(const VtepAddress& group, const Remote& from, Tick now);
  bool hear_query(const MembershipMessage& message, Tick now);
  bool hear_router(Family& family, const Remote& from, Tick now);
  static bool expire(Family& family, Tick now);
  std::vector<Remote> remotes_of(const MulticastGroup& group, const MemberSet& members) const;
};

}  // namespace vxtap
