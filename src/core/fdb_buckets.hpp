#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "vxtap/fdb.hpp"

namespace vxtap {

/// One row as the table keeps it: 24 bytes. The words are plain integers, always reached through atomic_ref.
struct FdbSlot {
  std::uint64_t mac_flags = 0;       ///< MAC << 16 | sticky << 5 | origin << 3 | state << 1 | 1; 0: empty
  std::uint64_t segment_remote = 0;  ///< SegmentKey << 24 | index into FdbRemotes
  std::uint32_t heard = 0;           ///< Tick
  std::uint32_t moves = 0;           ///< see fdb_damping.hpp

  static constexpr std::uint64_t kRemoteMask = 0xFF'FFFF;

  static FdbSlot pack(const FdbEntry& entry, std::uint32_t remote_index) noexcept;
  static FdbSlot load(const FdbSlot& shared) noexcept;
  /// True when `shared` holds this key; two loads at most.
  static bool holds(const FdbSlot& shared, std::uint64_t mac, std::uint64_t segment) noexcept;

  bool empty() const noexcept { return mac_flags == 0; }
  FdbKey key() const noexcept {
    return {SegmentKey::from_u40(segment_remote >> 24), MacAddress::from_u64(mac_flags >> 16)};
  }
  FdbState state() const noexcept { return static_cast<FdbState>(mac_flags >> 1 & 3); }
  FdbOrigin origin() const noexcept { return static_cast<FdbOrigin>(mac_flags >> 3 & 3); }
  bool sticky() const noexcept { return (mac_flags >> 5 & 1) != 0; }
  std::uint32_t remote_index() const noexcept {
    return static_cast<std::uint32_t>(segment_remote & kRemoteMask);
  }
};

/// Two cache lines that the processor's adjacent-line prefetch brings together.
struct alignas(64) FdbBucket {
  static constexpr std::size_t kSlots = 5;
  std::uint32_t sequence = 0;  ///< odd while a writer is inside
  std::uint32_t overflow = 0;  ///< index + 1 of the next bucket of the chain
  std::array<FdbSlot, kSlots> slots;
};
static_assert(sizeof(FdbSlot) == 24 && sizeof(FdbBucket) == 128);

/// Buckets at addresses that never change: chunk k > 0 doubles the array. Memory is zero and untouched until
/// it is used; it is given back only with the array.
class FdbBucketArray {
 public:
  static constexpr std::size_t kBase = 64;

  FdbBucketArray() = default;
  ~FdbBucketArray();
  FdbBucketArray(const FdbBucketArray&) = delete;
  FdbBucketArray& operator=(const FdbBucketArray&) = delete;

  /// Makes `index` usable; false without memory. One thread at a time.
  bool ensure(std::size_t index) noexcept;
  FdbBucket& at(std::size_t index) const noexcept;

 private:
  struct Chunk {
    void* allocation = nullptr;
    std::atomic<FdbBucket*> buckets{nullptr};
  };
  std::array<Chunk, 26> chunks_;
};

/// The hash table's storage: linear hashing over FdbBucketArray. See fdb.cpp for the protocol.
class FdbBuckets {
 public:
  FdbBuckets();

  std::size_t size() const noexcept { return size_.load(std::memory_order_acquire); }
  static std::size_t index_of(std::uint64_t hash, std::size_t size) noexcept;

  /// Runs `visit(const FdbSlot& shared) → bool stop` over the chain of one bucket until it was undisturbed by
  /// a writer from beginning to end; `restart()` precedes each attempt.
  template <typename Restart, typename Visit>
  void read(std::size_t index, Restart&& restart, Visit&& visit) const noexcept;

  void prefetch(std::size_t index) const noexcept {
    const auto* line = reinterpret_cast<const std::byte*>(&primary_.at(index));
    __builtin_prefetch(line);
    __builtin_prefetch(line + sizeof(FdbBucket) / 2);
  }

  std::atomic<std::size_t>& entries() noexcept { return entries_; }
  const std::atomic<std::size_t>& entries() const noexcept { return entries_; }
  std::size_t memory_bytes() const noexcept;

  /// Adds one bucket by splitting the next parent, whose slots `hash_of` distributes. False when another
  /// thread is splitting or memory is short.
  template <typename HashOf>
  bool split(HashOf&& hash_of) noexcept;

 private:
  friend class FdbBucketLock;

  static constexpr std::size_t kMaxChain = 4096;  // bounds a reader that follows a chain being rewritten

  FdbBucketArray primary_;
  FdbBucketArray overflow_;
  std::atomic<std::size_t> size_{FdbBucketArray::kBase};
  std::atomic<std::size_t> entries_{0};
  std::atomic_flag splitting_;
  mutable std::mutex overflow_mutex_;
  std::uint32_t overflow_next_ = 0;  // guarded by overflow_mutex_
  std::uint32_t overflow_free_ = 0;  // index + 1 of a list through FdbBucket::overflow; guarded
  std::size_t overflow_used_ = 0;    // guarded

  std::uint32_t take_overflow() noexcept;
  void give_overflow(std::uint32_t index_plus_one) noexcept;
};

/// A writer inside one bucket. The chain's slots are numbered through.
class FdbBucketLock {
 public:
  /// Spins for the bucket that `hash` belongs to at this moment.
  static FdbBucketLock for_hash(FdbBuckets& buckets, std::uint64_t hash) noexcept;
  FdbBucketLock(FdbBuckets& buckets, std::size_t index) noexcept;
  ~FdbBucketLock();
  FdbBucketLock(const FdbBucketLock&) = delete;
  FdbBucketLock& operator=(const FdbBucketLock&) = delete;
  FdbBucketLock(FdbBucketLock&& other) noexcept : buckets_(other.buckets_), head_(other.head_) {
    other.head_ = nullptr;
  }
  FdbBucketLock& operator=(FdbBucketLock&&) = delete;

  std::optional<std::size_t> find(std::uint64_t mac, std::uint64_t segment) const noexcept;
  std::size_t capacity() const noexcept;
  FdbSlot get(std::size_t position) const noexcept { return FdbSlot::load(shared(position)); }
  void set(std::size_t position, const FdbSlot& slot) noexcept;
  /// False without memory for another bucket of the chain.
  bool add(const FdbSlot& slot) noexcept;
  /// Empties the slot and gives an emptied chain end back.
  void clear(std::size_t position) noexcept;
  Tick* heard(std::size_t position) noexcept { return &shared(position).heard; }

 private:
  FdbBuckets& buckets_;
  FdbBucket* head_;

  FdbSlot& shared(std::size_t position) const noexcept;
  FdbBucket* next(const FdbBucket& bucket) const noexcept;
};

template <typename Restart, typename Visit>
void FdbBuckets::read(std::size_t index, Restart&& restart, Visit&& visit) const noexcept {
  FdbBucket& head = primary_.at(index);
  for (unsigned spins = 0;; ++spins) {
    // A writer is inside for tens of nanoseconds, unless it lost its processor there.
    if (spins > 64) std::this_thread::yield();
    const auto before = std::atomic_ref(head.sequence).load(std::memory_order_acquire);
    if ((before & 1) != 0) continue;
    restart();
    const FdbBucket* bucket = &head;
    bool stop = false;
    for (std::size_t length = 0; bucket != nullptr && !stop && length < kMaxChain; ++length) {
      for (const auto& slot : bucket->slots)
        if ((stop = visit(slot))) break;
      const auto next =
          std::atomic_ref(const_cast<std::uint32_t&>(bucket->overflow)).load(std::memory_order_acquire);
      bucket = next == 0 ? nullptr : &overflow_.at(next - 1);
    }
    if (std::atomic_ref(head.sequence).load(std::memory_order_relaxed) == before) return;
  }
}

template <typename HashOf>
bool FdbBuckets::split(HashOf&& hash_of) noexcept {
  if (splitting_.test_and_set(std::memory_order_acquire)) return false;
  const std::size_t added = size_.load(std::memory_order_relaxed);
  bool done = primary_.ensure(added);
  if (done) {
    std::size_t low_half = 1;
    while (low_half * 2 <= added) low_half *= 2;
    FdbBucketLock parent(*this, added - low_half);
    FdbBucketLock child(*this, added);
    for (std::size_t i = 0; i < parent.capacity() && done; ++i) {
      const FdbSlot slot = parent.get(i);
      if (!slot.empty() && index_of(hash_of(slot), added + 1) == added) done = child.add(slot);
    }
    // Copied first, removed only when all found room: without memory the parent keeps everything.
    for (std::size_t i = parent.capacity(); i-- > 0;) {
      if (i >= parent.capacity()) continue;
      const FdbSlot slot = parent.get(i);
      if (done && !slot.empty() && index_of(hash_of(slot), added + 1) == added) parent.clear(i);
    }
    for (std::size_t i = child.capacity(); !done && i-- > 0;)
      if (i < child.capacity()) child.clear(i);
    if (done) size_.store(added + 1, std::memory_order_release);
  }
  splitting_.clear(std::memory_order_release);
  return done;
}

}  // namespace vxtap
