// The forwarding database: theory of operation.
//
// Every frame looks up its destination, and every received frame its source, from all workers at once; writes
// are rare (a new MAC, a move, ageing). So reading takes no lock and writing locks one bucket:
//
//  - A bucket is two cache lines of five 24-byte slots under a sequence number, odd while a writer is inside
//    (a sequence lock). A reader copies what it needs and takes it only when the number did not change.
//    Buckets that run over chain into spare ones; the chain belongs to its first bucket's sequence.
//  - The table grows by linear hashing, one bucket for a few insertions: no pause at any size, no address
//    ever changes, nothing has to be reclaimed. A split holds the parent bucket and publishes the new size
//    before it lets go, so a reader who finds nothing in the parent sees the new size and looks again.
//  - Refreshing is a relaxed store of the coarse clock into the slot, found by the look-up that the
//    forwarding decision needed anyway.
//  - A slot names its remote by number (FdbRemotes). A number is reused only after the slot that held it
//    changed, so checking the sequence also checks the remote.
//  - At the segment's limit the places are shared out fairly: see fdb_share.cpp.
//
// Limits: 2^24 remotes; the table does not shrink; the hash is seeded but not cryptographic, enough against
// someone who cannot see it.
#include "vxtap/fdb.hpp"

#include <new>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/fdb_buckets.hpp"
#include "core/fdb_damping.hpp"
#include "core/fdb_remotes.hpp"
#include "core/fdb_share.hpp"
#include "core/mix.hpp"

namespace vxtap {
namespace {

constexpr std::size_t kEntriesPerBucket = 3;  // of 5: few chains, 43 bytes an entry

bool expired(const FdbEntry& entry, const FdbAccount& account, Tick now) noexcept {
  // Signed: a worker may have refreshed the entry after the sweep took its time.
  const auto age = static_cast<std::int32_t>(now - entry.heard);
  const Tick ageing = account.ageing_ticks.load(std::memory_order_relaxed);
  return entry.state == FdbState::kReachable && ageing != 0 && age > 0 && static_cast<Tick>(age) > ageing;
}

void count(std::atomic<std::uint64_t>& counter) noexcept {
  counter.fetch_add(1, std::memory_order_relaxed);
}

using Hold = FdbRemotes::Hold;
Hold hold_of(FdbState state) noexcept {
  return state == FdbState::kReachable ? Hold::kReachable : Hold::kPinned;
}

}  // namespace

Fdb::Fdb(std::uint64_t hash_seed)
    : buckets_(std::make_unique<FdbBuckets>()),
      remotes_(std::make_unique<FdbRemotes>()),
      seed_(mix(hash_seed)) {}
Fdb::~Fdb() = default;

std::uint64_t Fdb::hash(const FdbKey& key) const noexcept {
  return mix(mix(key.mac.to_u64() ^ seed_) ^ key.segment.to_u40());
}

std::optional<FdbEntry> Fdb::unpack(const FdbSlot& slot) const noexcept {
  if (slot.empty()) return std::nullopt;
  return FdbEntry{slot.key(),   remotes_->read(slot.remote_index()), slot.state(), slot.origin(), slot.heard,
                  slot.sticky()};
}

/// What `found(slot as shared, slot as copied)` makes of the key's row; empty when there is none.
template <typename Found>
auto Fdb::find(const FdbKey& key, Found&& found) const noexcept {
  const auto wanted = hash(key);
  const auto mac = key.mac.to_u64();
  const auto segment = key.segment.to_u40();
  std::optional<std::invoke_result_t<Found, const FdbSlot&, const FdbSlot&>> hit;
  for (;;) {
    const auto index = FdbBuckets::index_of(wanted, buckets_->size());
    buckets_->read(
        index, [&] { hit.reset(); },
        [&](const FdbSlot& shared) {
          if (!FdbSlot::holds(shared, mac, segment)) return false;
          hit = found(shared, FdbSlot::load(shared));
          return true;
        });
    if (hit || FdbBuckets::index_of(wanted, buckets_->size()) == index) return hit;
  }
}

std::optional<FdbHit> Fdb::lookup(const FdbKey& key) const noexcept {
  return find(key, [this](const FdbSlot& shared, const FdbSlot& slot) {
    return FdbHit{remotes_->read(slot.remote_index()), slot.state(), slot.origin(), slot.heard,
                  &const_cast<FdbSlot&>(shared).heard};
  });
}

LearnOutcome Fdb::would_learn(const FdbKey& key, const Remote& remote, Tick now,
                              const FdbAccount& account) const noexcept {
  const auto outcome = find(key, [&](const FdbSlot&, const FdbSlot& slot) {
    const bool same = remotes_->read(slot.remote_index()).address == remote.address;
    if (same) return LearnOutcome::kRefreshed;
    if (slot.state() != FdbState::kReachable) return LearnOutcome::kPinned;
    if (slot.sticky()) return LearnOutcome::kSticky;
    switch (MoveHistory(slot.moves).wants_to_move(now)) {
      case MoveHistory::Answer::kMove:
        return LearnOutcome::kMoved;
      case MoveHistory::Answer::kHoldBegins:
        return LearnOutcome::kDamped;
      case MoveHistory::Answer::kHold:
        break;
    }
    return LearnOutcome::kHeld;
  });
  if (outcome) return *outcome;
  const bool room =
      account.entries.load(std::memory_order_relaxed) < account.limit.load(std::memory_order_relaxed);
  if (room) return LearnOutcome::kLearned;
  auto standing = remotes_->standing(key.segment, remote.address);
  if (standing.held++ == 0) ++standing.remotes;
  ++standing.total;
  const auto share = fair_share(standing, account);
  return share && would_displace(key.segment, *share) ? LearnOutcome::kLearned : LearnOutcome::kFull;
}

void Fdb::prefetch(const FdbKey& key) const noexcept {
  buckets_->prefetch(FdbBuckets::index_of(hash(key), buckets_->size()));
}

LearnOutcome Fdb::learn(const FdbKey& key, const Remote& remote, Tick now, FdbAccount& account,
                        std::optional<FdbEntry>* displaced) noexcept {
  const auto number = remotes_->acquire(key.segment, remote, Hold::kReachable);
  if (!number) return LearnOutcome::kFull;
  auto [outcome, keeps_number] = learn_as(key, remote, *number, now, account, Place::kToBeFound);
  if (outcome == LearnOutcome::kFull) {
    count(account.refused);
    const auto share = fair_share(remotes_->standing(key.segment, remote.address), account);
    if (const auto victim = share ? displace(key.segment, *share, kPlacesSearched) : std::nullopt) {
      std::tie(outcome, keeps_number) = learn_as(key, remote, *number, now, account, Place::kHeld);
      if (displaced != nullptr) *displaced = victim;
    }
  }
  if (outcome == LearnOutcome::kLearned) grow();
  if (!keeps_number) remotes_->release(*number, Hold::kReachable);
  return outcome;
}

/// What learn() does inside the key's bucket; the second value tells whether an entry holds `number` now.
/// With Place::kHeld one of the account's entries is already ours, and is given back when it was not needed.
std::pair<LearnOutcome, bool> Fdb::learn_as(const FdbKey& key, const Remote& remote, std::uint32_t number,
                                            Tick now, FdbAccount& account, Place place) noexcept {
  auto bucket = FdbBucketLock::for_hash(*buckets_, hash(key));
  const auto position = bucket.find(key.mac.to_u64(), key.segment.to_u40());
  if (!position) {
    const bool room = place == Place::kHeld || account.entries.fetch_add(1, std::memory_order_relaxed) <
                                                   account.limit.load(std::memory_order_relaxed);
    const FdbEntry entry{key, remote, FdbState::kReachable, FdbOrigin::kLearned, now};
    if (room && insert(bucket, FdbSlot::pack(entry, number))) {
      count(account.learned);
      return {LearnOutcome::kLearned, true};
    }
    account.entries.fetch_sub(1, std::memory_order_relaxed);
    return {LearnOutcome::kFull, false};
  }
  if (place == Place::kHeld) account.entries.fetch_sub(1, std::memory_order_relaxed);
  return heard_again(bucket, *position, remote, number, now, account);
}

std::pair<LearnOutcome, bool> Fdb::heard_again(FdbBucketLock& bucket, std::size_t position,
                                               const Remote& remote, std::uint32_t number, Tick now,
                                               FdbAccount& account) noexcept {
  FdbSlot slot = bucket.get(position);
  const bool same_address =
      slot.remote_index() == number || remotes_->read(slot.remote_index()).address == remote.address;
  if (slot.state() != FdbState::kReachable && !same_address) return {LearnOutcome::kPinned, false};
  if (same_address) {
    const bool other_port = slot.state() == FdbState::kReachable && slot.remote_index() != number;
    if (other_port)
      redirect(bucket, position, number, now);
    else
      std::atomic_ref(*bucket.heard(position)).store(now, std::memory_order_relaxed);
    return {LearnOutcome::kRefreshed, other_port};
  }
  if (slot.sticky()) return {LearnOutcome::kSticky, false};
  MoveHistory history(slot.moves);
  const auto answer = history.wants_to_move(now);
  slot.moves = history.word();
  bucket.set(position, slot);
  if (answer == MoveHistory::Answer::kMove) {
    redirect(bucket, position, number, now);
    count(account.moved);
    return {LearnOutcome::kMoved, true};
  }
  return {answer == MoveHistory::Answer::kHoldBegins ? LearnOutcome::kDamped : LearnOutcome::kHeld, false};
}

bool Fdb::put(const FdbEntry& entry, FdbAccount& account) noexcept {
  const Hold hold = hold_of(entry.state);
  const auto number = remotes_->acquire(entry.key.segment, entry.remote, hold);
  if (!number) return false;
  const FdbSlot slot = FdbSlot::pack(entry, *number);
  {
    auto bucket = FdbBucketLock::for_hash(*buckets_, hash(entry.key));
    if (const auto position = bucket.find(entry.key.mac.to_u64(), entry.key.segment.to_u40())) {
      const FdbSlot old = bucket.get(*position);
      remotes_->release(old.remote_index(), hold_of(old.state()));
      bucket.set(*position, slot);
      return true;
    }
    if (!insert(bucket, slot)) {
      remotes_->release(*number, hold);
      return false;
    }
  }
  account.entries.fetch_add(1, std::memory_order_relaxed);
  grow();
  return true;
}

bool Fdb::erase(const FdbKey& key, FdbAccount& account) noexcept {
  auto bucket = FdbBucketLock::for_hash(*buckets_, hash(key));
  const auto position = bucket.find(key.mac.to_u64(), key.segment.to_u40());
  if (!position) return false;
  remove(bucket, *position, &account);
  return true;
}

/// The reachable entry points to another remote from now on, whose reference it takes over.
void Fdb::redirect(FdbBucketLock& bucket, std::size_t position, std::uint32_t number, Tick now) noexcept {
  FdbSlot slot = bucket.get(position);
  const auto old = slot.remote_index();
  slot.segment_remote = (slot.segment_remote & ~FdbSlot::kRemoteMask) | number;
  slot.heard = now;
  bucket.set(position, slot);
  remotes_->release(old, Hold::kReachable);
}

bool Fdb::insert(FdbBucketLock& bucket, FdbSlot slot) noexcept {
  if (!bucket.add(slot)) return false;
  buckets_->entries().fetch_add(1, std::memory_order_relaxed);
  return true;
}

void Fdb::remove(FdbBucketLock& bucket, std::size_t position, FdbAccount* account) noexcept {
  const FdbSlot slot = bucket.get(position);
  bucket.clear(position);
  remotes_->release(slot.remote_index(), hold_of(slot.state()));
  buckets_->entries().fetch_sub(1, std::memory_order_relaxed);
  if (account != nullptr) account->entries.fetch_sub(1, std::memory_order_relaxed);
}

void Fdb::grow() noexcept {
  while (buckets_->entries().load(std::memory_order_relaxed) > buckets_->size() * kEntriesPerBucket)
    if (!buckets_->split([this](const FdbSlot& slot) { return hash(slot.key()); })) return;
}

void Fdb::for_each(const std::function<void(const FdbEntry&)>& visit) const {
  std::vector<FdbEntry> copies;
  copies.reserve(64);
  for (std::size_t index = 0; index < buckets_->size(); ++index) {
    buckets_->read(
        index, [&] { copies.clear(); },
        [&](const FdbSlot& shared) {
          if (const auto entry = unpack(FdbSlot::load(shared))) copies.push_back(*entry);
          return false;
        });
    for (const auto& entry : copies) visit(entry);
  }
}

template <typename Doomed>
std::vector<FdbEntry> Fdb::remove_if(std::size_t index, const AccountOf& account_of, Doomed&& doomed) {
  std::vector<FdbEntry> removed;
  bool any = false;
  buckets_->read(
      index, [&] { any = false; },
      [&](const FdbSlot& shared) {
        const auto entry = unpack(FdbSlot::load(shared));
        return any = any || (entry && doomed(*entry, account_of(entry->key.segment)));
      });
  if (!any) return removed;
  FdbBucketLock bucket(*buckets_, index);
  for (std::size_t i = bucket.capacity(); i-- > 0;) {
    if (i >= bucket.capacity()) continue;
    const auto entry = unpack(bucket.get(i));
    if (!entry) continue;
    FdbAccount* account = account_of(entry->key.segment);
    if (!doomed(*entry, account)) continue;
    remove(bucket, i, account);
    removed.push_back(*entry);
  }
  return removed;
}

std::size_t Fdb::sweep(Tick now, std::size_t buckets, const AccountOf& account_of,
                       const std::function<void(const FdbEntry&)>& on_aged) {
  std::size_t total = 0;
  for (; buckets > 0; --buckets) {
    const auto index = cursor_.fetch_add(1, std::memory_order_relaxed) % buckets_->size();
    const auto removed =
        remove_if(index, account_of, [now](const FdbEntry& entry, const FdbAccount* account) {
          return account == nullptr || expired(entry, *account, now);
        });
    total += removed.size();
    for (const auto& entry : removed) {
      if (FdbAccount* account = account_of(entry.key.segment)) count(account->aged);
      if (on_aged) on_aged(entry);
    }
  }
  return total;
}

std::size_t Fdb::flush(const std::function<bool(const FdbEntry&)>& doomed, const AccountOf& account_of,
                       const std::function<void(const FdbEntry&)>& on_removed) {
  std::size_t total = 0;
  const auto chosen = [&doomed](const FdbEntry& entry, const FdbAccount*) { return doomed(entry); };
  for (std::size_t index = 0; index < buckets_->size(); ++index) {
    const auto removed = remove_if(index, account_of, chosen);
    total += removed.size();
    if (!on_removed) continue;
    for (const auto& entry : removed) on_removed(entry);
  }
  return total;
}

std::size_t Fdb::size() const noexcept {
  return buckets_->entries().load(std::memory_order_relaxed);
}
std::size_t Fdb::bucket_count() const noexcept {
  return buckets_->size();
}
std::size_t Fdb::memory_bytes() const noexcept {
  return buckets_->memory_bytes() + remotes_->memory_bytes();
}

}  // namespace vxtap
