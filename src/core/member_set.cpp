#include "core/member_set.hpp"

#include <algorithm>
#include <utility>

namespace vxtap {
namespace {

void shorten_one(Member& member, Tick until) noexcept {
  if (member.until && is_before(until, *member.until)) member.until = until;
}

}  // namespace

Member* MemberSet::find(const Remote& remote) noexcept {
  const auto found = std::ranges::find(members_, remote, &Member::remote);
  return found == members_.end() ? nullptr : &*found;
}

MemberSet::Change MemberSet::renew(const Remote& remote, Tick until) {
  if (Member* member = find(remote)) {
    const bool known = member->until.has_value();
    member->until = until;
    return known ? Change::kNone : Change::kAdded;
  }
  if (members_.size() == kMost) {
    incomplete_until_ = until;
    return Change::kRefused;
  }
  members_.push_back({remote, false, until});
  return Change::kAdded;
}

MemberSet::Change MemberSet::make_permanent(const Remote& remote) {
  if (Member* member = find(remote)) {
    const bool known = std::exchange(member->permanent, true);
    return known ? Change::kNone : Change::kAdded;
  }
  if (members_.size() == kMost) return Change::kRefused;
  members_.push_back({remote, true, std::nullopt});
  return Change::kAdded;
}

bool MemberSet::end_permanence(const Remote& remote) {
  Member* member = find(remote);
  if (member == nullptr || !member->permanent) return false;
  member->permanent = false;
  std::erase_if(members_, [](const Member& m) { return !m.permanent && !m.until; });
  return true;
}

void MemberSet::shorten(const Remote& remote, Tick until) noexcept {
  if (Member* member = find(remote)) shorten_one(*member, until);
}

void MemberSet::shorten_all(Tick until) noexcept {
  for (Member& member : members_) shorten_one(member, until);
}

bool MemberSet::expire(Tick now) {
  bool changed = has_passed(incomplete_until_, now);
  if (changed) incomplete_until_.reset();
  for (Member& member : members_) {
    if (!has_passed(member.until, now)) continue;
    member.until.reset();
    changed = true;
  }
  std::erase_if(members_, [](const Member& member) { return !member.permanent && !member.until; });
  return changed;
}

}  // namespace vxtap
