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
//
// Limits: 2^24 remotes; the table does not shrink; the hash is seeded but not cryptographic, enough against
// someone who cannot see it.
#include "vxtap/fdb.hpp"

#include <new>
#include <type_traits>
#include <vector>

#include "core/fdb_buckets.hpp"
#include "core/fdb_damping.hpp"
#include "core/fdb_remotes.hpp"
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
  return room ? LearnOutcome::kLearned : LearnOutcome::kFull;
}

void Fdb::prefetch(const FdbKey& key) const noexcept {
  buckets_->prefetch(FdbBuckets::index_of(hash(key), buckets_->size()));
}

LearnOutcome Fdb::learn(const FdbKey& key, const Remote& remote, Tick now, FdbAccount& account) noexcept {
  const auto number = remotes_->acquire(key.segment, remote);
  if (!number) return LearnOutcome::kFull;
  auto outcome = LearnOutcome::kFull;
  {
    auto bucket = FdbBucketLock::for_hash(*buckets_, hash(key));
    const auto position = bucket.find(key.mac.to_u64(), key.segment.to_u40());
    if (!position) {
      const auto entries = account.entries.fetch_add(1, std::memory_order_relaxed);
      const FdbEntry entry{key, remote, FdbState::kReachable, FdbOrigin::kLearned, now};
      if (entries < account.limit.load(std::memory_order_relaxed) &&
          insert(bucket, FdbSlot::pack(entry, *number))) {
        count(account.learned);
        outcome = LearnOutcome::kLearned;
      } else {
        account.entries.fetch_sub(1, std::memory_order_relaxed);
        count(account.refused);
      }
    } else if (FdbSlot slot = bucket.get(*position); slot.state() != FdbState::kReachable) {
      outcome = remotes_->read(slot.remote_index()).address == remote.address ? LearnOutcome::kRefreshed
                                                                              : LearnOutcome::kPinned;
    } else if (slot.remote_index() == *number) {
      outcome = LearnOutcome::kRefreshed;
    } else if (remotes_->read(slot.remote_index()).address == remote.address) {
      redirect(bucket, *position, *number, now);
      return LearnOutcome::kRefreshed;
    } else if (slot.sticky()) {
      outcome = LearnOutcome::kSticky;
    } else {
      MoveHistory history(slot.moves);
      const auto answer = history.wants_to_move(now);
      slot.moves = history.word();
      outcome = answer == MoveHistory::Answer::kHoldBegins ? LearnOutcome::kDamped : LearnOutcome::kHeld;
      bucket.set(*position, slot);
      if (answer == MoveHistory::Answer::kMove) {
        redirect(bucket, *position, *number, now);
        count(account.moved);
        return LearnOutcome::kMoved;
      }
    }
    if (outcome == LearnOutcome::kRefreshed)
      std::atomic_ref(*bucket.heard(*position)).store(now, std::memory_order_relaxed);
  }
  if (outcome == LearnOutcome::kLearned)
    grow();
  else
    remotes_->release(*number);
  return outcome;
}

bool Fdb::put(const FdbEntry& entry, FdbAccount& account) noexcept {
  const auto number = remotes_->acquire(entry.key.segment, entry.remote);
  if (!number) return false;
  const FdbSlot slot = FdbSlot::pack(entry, *number);
  {
    auto bucket = FdbBucketLock::for_hash(*buckets_, hash(entry.key));
    if (const auto position = bucket.find(entry.key.mac.to_u64(), entry.key.segment.to_u40())) {
      remotes_->release(bucket.get(*position).remote_index());
      bucket.set(*position, slot);
      return true;
    }
    if (!insert(bucket, slot)) {
      remotes_->release(*number);
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

/// The entry points to another remote from now on, whose reference it takes over.
void Fdb::redirect(FdbBucketLock& bucket, std::size_t position, std::uint32_t number, Tick now) noexcept {
  FdbSlot slot = bucket.get(position);
  const auto old = slot.remote_index();
  slot.segment_remote = (slot.segment_remote & ~FdbSlot::kRemoteMask) | number;
  slot.heard = now;
  bucket.set(position, slot);
  remotes_->release(old);
}

bool Fdb::insert(FdbBucketLock& bucket, FdbSlot slot) noexcept {
  if (!bucket.add(slot)) return false;
  buckets_->entries().fetch_add(1, std::memory_order_relaxed);
  return true;
}

void Fdb::remove(FdbBucketLock& bucket, std::size_t position, FdbAccount* account) noexcept {
  const auto number = bucket.get(position).remote_index();
  bucket.clear(position);
  remotes_->release(number);
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
