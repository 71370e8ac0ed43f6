// Fair shares of a full segment.
//
// While there is room anybody's MACs are learned. At the limit the places that static entries leave are
// divided by the remotes that hold any, and a remote below its share takes the place of somebody's above it;
// one that has its share gets no more. So whoever floods a segment with MACs keeps out and displaces only
// what is its own. If one remote is below its share of a full segment, another is above: there always is a
// place to be taken, unless it is sticky.
//
// Who is to go is looked for in a few buckets, from where the last search ended, not in the whole table: in a
// table of many large segments a small one's place may take some frames to be found. Until then they are
// flooded. An entry that somebody makes by hand has the whole table searched for its place.
#include "core/fdb_share.hpp"

#include <algorithm>
#include <array>

#include "core/fdb_buckets.hpp"

namespace vxtap {
namespace {

constexpr std::size_t kCandidates = 16;  // of one bucket

bool may_go(const FdbSlot& slot, SegmentKey segment) noexcept {
  return !slot.empty() && slot.key().segment == segment && slot.state() == FdbState::kReachable &&
         !slot.sticky();
}

}  // namespace

std::optional<std::uint32_t> fair_share(const FdbRemotes::Standing& standing,
                                        const FdbAccount& account) noexcept {
  if (standing.remotes == 0) return std::nullopt;
  const std::uint32_t entries =
      account.entries.load(std::memory_order_relaxed) + 1;  // with the one asked for
  const std::uint32_t pinned = entries - std::min(entries, standing.total);
  const std::uint32_t limit = account.limit.load(std::memory_order_relaxed);
  const std::uint32_t share = (limit - std::min(limit, pinned)) / standing.remotes;
  return standing.held <= share ? std::optional(share) : std::nullopt;
}

/// Gives `take` copies of what one bucket has of the segment's entries whose remote holds more than `share`,
/// until it returns true; tells whether it did.
template <typename Take>
bool Fdb::any_over_share(std::size_t index, SegmentKey segment, std::uint32_t share,
                         Take&& take) const noexcept {
  std::array<FdbSlot, kCandidates> candidates;
  std::size_t found = 0;
  buckets_->read(
      index, [&] { found = 0; },
      [&](const FdbSlot& shared) {
        const FdbSlot slot = FdbSlot::load(shared);
        if (may_go(slot, segment)) candidates[found++] = slot;
        return found == kCandidates;
      });
  return std::any_of(candidates.begin(), candidates.begin() + found, [&](const FdbSlot& slot) {
    return remotes_->held_behind(slot.remote_index()) > share && take(slot);
  });
}

/// Removes an entry of a remote that holds more than `share`, if one of the next `buckets` has any. Its place
/// in the account is the caller's.
std::optional<FdbEntry> Fdb::displace(SegmentKey segment, std::uint32_t share, std::size_t buckets) noexcept {
  std::optional<FdbEntry> gone;
  const auto take = [&](const FdbSlot& seen) {
    const FdbKey key = seen.key();
    auto bucket = FdbBucketLock::for_hash(*buckets_, hash(key));
    const auto position = bucket.find(key.mac.to_u64(), segment.to_u40());
    if (!position) return false;
    const FdbSlot slot = bucket.get(*position);
    if (!may_go(slot, segment) || slot.remote_index() != seen.remote_index()) return false;
    gone = unpack(slot);
    remove(bucket, *position, nullptr);
    return true;
  };
  for (std::size_t searched = 0; searched < buckets && !gone; ++searched) {
    const auto index = displacing_.fetch_add(1, std::memory_order_relaxed) % buckets_->size();
    any_over_share(index, segment, share, take);
  }
  return gone;
}

std::optional<FdbEntry> Fdb::make_room(SegmentKey segment, FdbAccount& account) noexcept {
  if (account.entries.load(std::memory_order_relaxed) < account.limit.load(std::memory_order_relaxed))
    return std::nullopt;
  const auto standing = remotes_->standing(segment, {});
  if (standing.total == 0) return std::nullopt;
  // Somebody holds as many as the mean; where all of those are sticky, anybody's is taken.
  auto gone = displace(segment, (standing.total - 1) / standing.remotes, buckets_->size());
  if (!gone) gone = displace(segment, 0, buckets_->size());
  if (gone) account.entries.fetch_sub(1, std::memory_order_relaxed);
  return gone;
}

/// Whether displace() would find an entry for learn() now.
bool Fdb::would_displace(SegmentKey segment, std::uint32_t share) const noexcept {
  const auto first = displacing_.load(std::memory_order_relaxed);
  for (std::size_t searched = 0; searched < kPlacesSearched; ++searched)
    if (any_over_share((first + searched) % buckets_->size(), segment, share,
                       [](const FdbSlot&) { return true; }))
      return true;
  return false;
}

}  // namespace vxtap
