#include "core/fdb_buckets.hpp"

#include <bit>
#include <cstdlib>

namespace vxtap {
namespace {

// Readers load with acquire and writers store with release, so that a reader who sees any word of a writer
// also sees that the bucket's sequence moved. ThreadSanitizer understands this; it does not understand
// fences.
template <typename T>
T load(const T& shared) noexcept {
  return std::atomic_ref(const_cast<T&>(shared)).load(std::memory_order_acquire);
}
template <typename T>
void store(T& shared, T value) noexcept {
  std::atomic_ref(shared).store(value, std::memory_order_release);
}

}  // namespace

FdbSlot FdbSlot::pack(const FdbEntry& entry, std::uint32_t remote_index) noexcept {
  FdbSlot slot;
  slot.mac_flags = entry.key.mac.to_u64() << 16 | std::uint64_t{entry.sticky} << 5 |
                   std::uint64_t{static_cast<std::uint8_t>(entry.origin)} << 3 |
                   std::uint64_t{static_cast<std::uint8_t>(entry.state)} << 1 | 1;
  slot.segment_remote = entry.key.segment.to_u40() << 24 | remote_index;
  slot.heard = entry.heard;
  return slot;
}

FdbSlot FdbSlot::load(const FdbSlot& shared) noexcept {
  FdbSlot slot;
  slot.mac_flags = vxtap::load(shared.mac_flags);
  slot.segment_remote = vxtap::load(shared.segment_remote);
  slot.heard = vxtap::load(shared.heard);
  slot.moves = vxtap::load(shared.moves);
  return slot;
}

bool FdbSlot::holds(const FdbSlot& shared, std::uint64_t mac, std::uint64_t segment) noexcept {
  const auto flags = vxtap::load(shared.mac_flags);
  return flags >> 16 == mac && flags != 0 && vxtap::load(shared.segment_remote) >> 24 == segment;
}

FdbBucketArray::~FdbBucketArray() {
  for (auto& chunk : chunks_) std::free(chunk.allocation);  // NOLINT(cppcoreguidelines-no-malloc): see grow()
}

bool FdbBucketArray::ensure(std::size_t index) noexcept {
  const auto number = static_cast<std::size_t>(std::bit_width(index / kBase));
  if (number >= chunks_.size()) return false;
  Chunk& chunk = chunks_[number];
  if (chunk.allocation != nullptr) return true;
  const std::size_t count = number == 0 ? kBase : kBase << (number - 1);
  // calloc leaves large blocks untouched: a doubled table costs no memory before it is filled.
  std::size_t space = (count + 1) * sizeof(FdbBucket);
  chunk.allocation = std::calloc(1, space);  // NOLINT(cppcoreguidelines-no-malloc)
  if (chunk.allocation == nullptr) return false;
  const auto address = std::bit_cast<std::uintptr_t>(chunk.allocation);
  const std::size_t skip = (sizeof(FdbBucket) - address % sizeof(FdbBucket)) % sizeof(FdbBucket);
  auto* bytes = static_cast<std::byte*>(chunk.allocation) + skip;
  chunk.buckets.store(static_cast<FdbBucket*>(static_cast<void*>(bytes)), std::memory_order_release);
  return true;
}

FdbBucket& FdbBucketArray::at(std::size_t index) const noexcept {
  const auto number = static_cast<std::size_t>(std::bit_width(index / kBase));
  const std::size_t first = number == 0 ? 0 : kBase << (number - 1);
  return chunks_[number].buckets.load(std::memory_order_acquire)[index - first];
}

FdbBuckets::FdbBuckets() {
  if (!primary_.ensure(0)) throw std::bad_alloc();
}

std::size_t FdbBuckets::index_of(std::uint64_t hash, std::size_t size) noexcept {
  const std::size_t low = std::bit_floor(size);
  const std::size_t index = hash & (2 * low - 1);
  return index < size ? index : index - low;
}

std::size_t FdbBuckets::memory_bytes() const noexcept {
  const std::lock_guard lock(overflow_mutex_);
  return (size() + overflow_used_) * sizeof(FdbBucket);
}

std::uint32_t FdbBuckets::take_overflow() noexcept {
  const std::lock_guard lock(overflow_mutex_);
  std::uint32_t taken = overflow_free_;
  if (taken != 0) {
    overflow_free_ = load(overflow_.at(taken - 1).overflow);
  } else {
    if (!overflow_.ensure(overflow_next_)) return 0;
    taken = ++overflow_next_;
  }
  store(overflow_.at(taken - 1).overflow, 0U);
  ++overflow_used_;
  return taken;
}

void FdbBuckets::give_overflow(std::uint32_t index_plus_one) noexcept {
  const std::lock_guard lock(overflow_mutex_);
  store(overflow_.at(index_plus_one - 1).overflow, overflow_free_);
  overflow_free_ = index_plus_one;
  --overflow_used_;
}

FdbBucketLock::FdbBucketLock(FdbBuckets& buckets, std::size_t index) noexcept
    : buckets_(buckets), head_(&buckets.primary_.at(index)) {
  std::atomic_ref sequence(head_->sequence);
  for (unsigned spins = 0;; ++spins) {
    auto seen = sequence.load(std::memory_order_relaxed);
    if ((seen & 1) == 0 && sequence.compare_exchange_weak(seen, seen + 1, std::memory_order_acq_rel)) return;
    if (spins > 64) std::this_thread::yield();
  }
}

FdbBucketLock FdbBucketLock::for_hash(FdbBuckets& buckets, std::uint64_t hash) noexcept {
  for (;;) {
    const auto index = FdbBuckets::index_of(hash, buckets.size());
    FdbBucketLock lock(buckets, index);
    // A split may have moved the hash elsewhere between the two lines above; inside the lock it cannot.
    if (FdbBuckets::index_of(hash, buckets.size()) == index) return lock;
  }
}

FdbBucketLock::~FdbBucketLock() {
  if (head_ == nullptr) return;
  std::atomic_ref(head_->sequence).fetch_add(1, std::memory_order_release);
}

FdbBucket* FdbBucketLock::next(const FdbBucket& bucket) const noexcept {
  return bucket.overflow == 0 ? nullptr : &buckets_.overflow_.at(bucket.overflow - 1);
}

std::size_t FdbBucketLock::capacity() const noexcept {
  std::size_t slots = 0;
  for (const FdbBucket* bucket = head_; bucket != nullptr; bucket = next(*bucket)) slots += FdbBucket::kSlots;
  return slots;
}

FdbSlot& FdbBucketLock::shared(std::size_t position) const noexcept {
  FdbBucket* bucket = head_;
  for (; position >= FdbBucket::kSlots; position -= FdbBucket::kSlots) bucket = next(*bucket);
  return bucket->slots[position];
}

std::optional<std::size_t> FdbBucketLock::find(std::uint64_t mac, std::uint64_t segment) const noexcept {
  std::size_t position = 0;
  for (const FdbBucket* bucket = head_; bucket != nullptr; bucket = next(*bucket))
    for (const auto& slot : bucket->slots) {
      if (FdbSlot::holds(slot, mac, segment)) return position;
      ++position;
    }
  return std::nullopt;
}

void FdbBucketLock::set(std::size_t position, const FdbSlot& slot) noexcept {
  FdbSlot& place = shared(position);
  store(place.mac_flags, slot.mac_flags);
  store(place.segment_remote, slot.segment_remote);
  store(place.heard, slot.heard);
  store(place.moves, slot.moves);
}

bool FdbBucketLock::add(const FdbSlot& slot) noexcept {
  std::size_t position = 0;
  FdbBucket* last = head_;
  for (FdbBucket* bucket = head_; bucket != nullptr; bucket = next(*bucket)) {
    last = bucket;
    for (const auto& held : bucket->slots) {
      if (load(held.mac_flags) == 0) {
        set(position, slot);
        return true;
      }
      ++position;
    }
  }
  const auto fresh = buckets_.take_overflow();
  if (fresh == 0) return false;
  store(last->overflow, fresh);
  set(position, slot);
  return true;
}

void FdbBucketLock::clear(std::size_t position) noexcept {
  set(position, FdbSlot{});
  FdbBucket* before = nullptr;
  FdbBucket* last = head_;
  while (next(*last) != nullptr) {
    before = last;
    last = next(*last);
  }
  if (before == nullptr) return;
  for (const auto& slot : last->slots)
    if (load(slot.mac_flags) != 0) return;
  const auto emptied = before->overflow;
  store(before->overflow, 0U);
  buckets_.give_overflow(emptied);
}

}  // namespace vxtap
