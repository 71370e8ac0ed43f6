#include "core/group_memberships.hpp"

#include <algorithm>
#include <utility>

namespace vxtap {
namespace {

using Kind = MembershipMessage::Kind;
using Change = MemberSet::Change;

/// True when it was over or unknown before.
bool extend(std::optional<Tick>& until, Tick to) noexcept {
  return !std::exchange(until, to).has_value();
}

bool end_if_over(std::optional<Tick>& until, Tick now) noexcept {
  if (!has_passed(until, now)) return false;
  until.reset();
  return true;
}

Tick to_ticks(std::chrono::milliseconds duration) noexcept {
  return static_cast<Tick>(duration.count()) * kTicksPerSecond / 1000;
}

void append_rows(const MulticastGroup& group, const MemberSet& members, Tick now,
                 std::vector<GroupMemberships::Row>& rows) {
  for (const Member& member : members.members()) {
    auto& row = rows.emplace_back(GroupMemberships::Row{group, member.remote, member.permanent, {}});
    if (member.until)
      row.seconds_left = has_passed(member.until, now) ? 0 : (*member.until - now) / kTicksPerSecond;
  }
}

}  // namespace

bool GroupMemberships::is_snooped(const Family& family) noexcept {
  return family.querier_until && family.routers.complete();
}

GroupTable::Family GroupMemberships::summary(const Family& family) noexcept {
  return {.snooping = is_snooped(family),
          .reports_to_host = !is_snooped(family) || family.host_asks_until.has_value()};
}

bool GroupMemberships::from_remote(const MembershipMessage& message, const Remote& from, Tick now) {
  switch (message.kind) {
    case Kind::kQuery: {
      const bool first = hear_query(message, now);
      return (message.from_router && hear_router(family_of(message.group), from, now)) || first;
    }
    case Kind::kHello:
      return hear_router(family_of(message.group), from, now);
    case Kind::kJoin:
      return join(message.group, from, now);
    case Kind::kLeave:
      // The querier asks whether another host behind that remote still wants the group.
      if (const auto found = groups_.find(message.group); found != groups_.end())
        found->second.shorten(from, now + kLastMemberTicks);
      return false;
  }
  return false;
}

bool GroupMemberships::from_host(const MembershipMessage& message, Tick now) {
  if (message.kind != Kind::kQuery && message.kind != Kind::kHello) return false;
  const bool asks = extend(family_of(message.group).host_asks_until, now + kQuerierTicks);
  return (message.kind == Kind::kQuery && hear_query(message, now)) || asks;
}

bool GroupMemberships::hear_query(const MembershipMessage& message, Tick now) {
  // Who still wants the group answers in time; so a leave that was lost counts as well.
  if (const auto found = groups_.find(message.group); found != groups_.end())
    found->second.shorten_all(
        now + std::max(kLastMemberTicks, kLastMemberQueries * to_ticks(message.response_time)));
  return extend(family_of(message.group).querier_until, now + kQuerierTicks);
}

bool GroupMemberships::hear_router(Family& family, const Remote& from, Tick now) {
  const bool complete = family.routers.complete();
  const Change change = family.routers.renew(from, now + kQuerierTicks);
  if (change == Change::kRefused) ++refused_;
  return change == Change::kAdded || complete != family.routers.complete();
}

bool GroupMemberships::join(const VtepAddress& group, const Remote& from, Tick now) {
  if (!is_tracked_group(group)) return false;
  auto found = groups_.find(group);
  if (found == groups_.end()) {
    if (groups_.size() == kMostGroups) {
      ++refused_;
      return false;
    }
    found = groups_.try_emplace(group).first;
  }
  MemberSet& members = found->second;
  const bool complete = members.complete();
  const Change change = members.renew(from, now + kMembershipTicks);
  if (change == Change::kRefused) ++refused_;
  return is_snooped(family_of(group)) && (change == Change::kAdded || complete != members.complete());
}

bool GroupMemberships::expire(Family& family, Tick now) {
  const bool routers = family.routers.expire(now);
  const bool querier = end_if_over(family.querier_until, now);
  return end_if_over(family.host_asks_until, now) || querier || routers;
}

bool GroupMemberships::miss() {
  ++refused_;
  const bool v4 = std::exchange(v4_.querier_until, std::nullopt).has_value();
  return std::exchange(v6_.querier_until, std::nullopt).has_value() || v4;
}

bool GroupMemberships::expire(Tick now) {
  bool changed = expire(v4_, now);
  changed = expire(v6_, now) || changed;
  for (auto& [group, members] : groups_) changed = members.expire(now) || changed;
  std::erase_if(groups_, [](const auto& item) { return item.second.empty(); });
  return changed;
}

GroupMemberships::StaticOutcome GroupMemberships::add_static(const MulticastGroup& group,
                                                             const Remote& remote) {
  const auto* mac = std::get_if<MacAddress>(&group);
  if (mac != nullptr ? !mac->is_multicast() : !is_tracked_group(std::get<VtepAddress>(group)))
    return StaticOutcome::kNotTracked;
  if (!groups_.contains(group) && groups_.size() == kMostGroups) return StaticOutcome::kFull;
  switch (groups_[group].make_permanent(remote)) {
    case Change::kAdded:
      return StaticOutcome::kAdded;
    case Change::kNone:
      return StaticOutcome::kExists;
    case Change::kRefused:
      break;
  }
  return StaticOutcome::kFull;
}

bool GroupMemberships::remove_static(const MulticastGroup& group, const Remote& remote) {
  const auto found = groups_.find(group);
  if (found == groups_.end() || !found->second.end_permanence(remote)) return false;
  if (found->second.empty()) groups_.erase(found);
  return true;
}

/// Empty when the group is to be flooded.
std::vector<Remote> GroupMemberships::remotes_of(const MulticastGroup& group,
                                                 const MemberSet& members) const {
  const auto* ip = std::get_if<VtepAddress>(&group);
  const Family* of = ip == nullptr ? nullptr : &family(!ip->is_v4());
  const bool snooped = of != nullptr && is_snooped(*of);
  if (snooped && !members.complete()) return {};
  std::vector<Remote> remotes;
  for (const Member& member : members.members())
    if (member.permanent || snooped) remotes.push_back(member.remote);
  if (of == nullptr || remotes.empty()) return remotes;
  for (const Member& router : of->routers.members()) remotes.push_back(router.remote);
  std::ranges::sort(remotes);
  remotes.erase(std::unique(remotes.begin(), remotes.end()), remotes.end());
  return remotes;
}

std::shared_ptr<const GroupTable> GroupMemberships::build() const {
  std::vector<GroupTable::Entry> entries;
  for (const auto& [group, members] : groups_)
    if (auto remotes = remotes_of(group, members); !remotes.empty())
      entries.push_back({group, std::move(remotes)});
  return std::make_shared<const GroupTable>(std::move(entries), summary(v4_), summary(v6_));
}

std::vector<GroupMemberships::Row> GroupMemberships::list(Tick now) const {
  std::vector<Row> rows;
  for (const auto& [group, members] : groups_) append_rows(group, members, now, rows);
  return rows;
}

std::vector<GroupMemberships::Row> GroupMemberships::list_routers(bool v6, Tick now) const {
  std::vector<Row> rows;
  append_rows(v6 ? VtepAddress() : VtepAddress::from_v4({}), family(v6).routers, now, rows);
  return rows;
}

}  // namespace vxtap
