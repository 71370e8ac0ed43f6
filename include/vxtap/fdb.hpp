#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "vxtap/mac_address.hpp"
#include "vxtap/vni.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap {

using TimePoint = std::chrono::steady_clock::time_point;

/// Coarse clock of the FDB: tenths of a second, modulo 2^32 (13 years); ages are differences.
using Tick = std::uint32_t;
constexpr Tick to_tick(TimePoint now) noexcept {
  return static_cast<Tick>(now.time_since_epoch() / std::chrono::milliseconds(100));
}

/// A local (address, port, device) that receives VXLAN; small, stable over reloads.
using EndpointId = std::uint16_t;

/// What makes a segment unique: one VNI may exist once on each local endpoint.
struct SegmentKey {
  EndpointId endpoint = 0;
  Vni vni;

  constexpr std::uint64_t to_u40() const noexcept { return std::uint64_t{endpoint} << 24 | vni.value(); }
  static constexpr SegmentKey from_u40(std::uint64_t value) noexcept {
    return {static_cast<EndpointId>(value >> 24), *Vni::from(value & Vni::kMax)};
  }
  auto operator<=>(const SegmentKey&) const = default;
};

struct FdbKey {
  SegmentKey segment;
  MacAddress mac;
  auto operator<=>(const FdbKey&) const = default;
};

/// As `bridge fdb` names them: permanent and static entries never move and never age.
enum class FdbState : std::uint8_t { kReachable, kStatic, kPermanent };
enum class FdbOrigin : std::uint8_t { kLearned, kControl, kConfig };

/// Per segment: how the table treats it. Counts are shared by all threads, relaxed.
struct FdbAccount {
  std::atomic<std::uint32_t> ageing_ticks{3000};  ///< 0: never
  std::atomic<std::uint32_t> limit{65536};        ///< entries of this segment, static ones included
  std::atomic<std::uint32_t> entries{0};
  std::atomic<std::uint64_t> learned{0}, moved{0}, aged{0}, refused{0};
};

/// One row, copied out.
struct FdbEntry {
  FdbKey key;
  Remote remote;
  FdbState state = FdbState::kReachable;
  FdbOrigin origin = FdbOrigin::kLearned;
  Tick heard = 0;       ///< when a frame from this MAC last arrived
  bool sticky = false;  ///< a reachable entry that ages but does not move (NTF_STICKY of the bridge)
};

/// What a look-up found. `heard` stays valid as long as the Fdb lives, but may by then belong to another
/// entry: a late refresh lets that entry live somewhat longer and does nothing else.
struct FdbHit {
  Remote remote;
  FdbState state = FdbState::kReachable;
  FdbOrigin origin = FdbOrigin::kLearned;
  Tick heard_at = 0;
  Tick* heard = nullptr;  ///< written through std::atomic_ref, relaxed
};

enum class LearnOutcome : std::uint8_t {
  kRefreshed,
  kLearned,
  kMoved,
  kDamped,  ///< moved too often: held where it is from now on; said once per hold
  kHeld,    ///< still held
  kSticky,  ///< it does not move at all
  kPinned,
  kFull,
};

class FdbBuckets;
class FdbBucketLock;
class FdbRemotes;
struct FdbSlot;

/// The forwarding database, keyed by (MAC, segment). Any thread may call anything; look-ups take no lock and
/// never wait for a writer longer than one bucket's update. See src/core/fdb.cpp for how.
class Fdb {
 public:
  /// `hash_seed` should be unpredictable: it keeps an attacker from aiming MACs at one bucket.
  explicit Fdb(std::uint64_t hash_seed);
  ~Fdb();
  Fdb(const Fdb&) = delete;
  Fdb& operator=(const Fdb&) = delete;

  std::optional<FdbHit> lookup(const FdbKey& key) const noexcept;

  /// Fetches what a look-up of `key` will want into the cache. A hint: in a table beyond the cache it takes
  /// the wait for memory out of a batch of look-ups.
  void prefetch(const FdbKey& key) const noexcept;

  /// A frame from `key.mac` arrived from `remote`. Adds, refreshes or moves a dynamic entry; never touches a
  /// static or permanent one. kFull at the account's limit (or without memory): nothing was changed. But a
  /// remote with less than its fair share of the limit takes the place of a learned entry of one with more,
  /// which `displaced` then tells (see src/core/fdb_share.cpp); either way the account counts one as refused.
  /// Another port of the same address is no move: a NAT on the way gave it a new one.
  /// A MAC that would move for the sixth time within 180 s is held where it is for 30 s (kDamped, kHeld).
  LearnOutcome learn(const FdbKey& key, const Remote& remote, Tick now, FdbAccount& account,
                     std::optional<FdbEntry>* displaced = nullptr) noexcept;

  /// What learn() would come to; changes nothing.
  LearnOutcome would_learn(const FdbKey& key, const Remote& remote, Tick now,
                           const FdbAccount& account) const noexcept;

  /// Adds the entry or replaces what its key had. False only for want of memory.
  bool put(const FdbEntry& entry, FdbAccount& account) noexcept;

  /// For an entry that must have a place: where the account is at its limit, removes a reachable
  /// entry of a remote that has as many as the mean, and returns it. Empty when there is room, and when all
  /// entries are sticky, static or permanent.
  std::optional<FdbEntry> make_room(SegmentKey segment, FdbAccount& account) noexcept;

  /// Removes the key's entry; false when there was none.
  bool erase(const FdbKey& key, FdbAccount& account) noexcept;

  /// Calls `visit` with a consistent copy of every entry, in no order. An entry that is moved by a
  /// concurrent writer may be seen twice or not at all.
  void for_each(const std::function<void(const FdbEntry&)>& visit) const;

  /// Account of a segment, or null when the segment is gone (its entries are then removed).
  using AccountOf = std::function<FdbAccount*(SegmentKey)>;

  /// Removes expired dynamic entries from the next `buckets` buckets, going round. Returns how many went.
  std::size_t sweep(Tick now, std::size_t buckets, const AccountOf& account_of,
                    const std::function<void(const FdbEntry&)>& on_aged = {});

  /// Removes all entries that `doomed` says; returns how many.
  std::size_t flush(const std::function<bool(const FdbEntry&)>& doomed, const AccountOf& account_of,
                    const std::function<void(const FdbEntry&)>& on_removed = {});

  std::size_t size() const noexcept;
  std::size_t bucket_count() const noexcept;
  /// Bytes reserved for buckets and remotes.
  std::size_t memory_bytes() const noexcept;

 private:
  std::unique_ptr<FdbBuckets> buckets_;
  std::unique_ptr<FdbRemotes> remotes_;
  const std::uint64_t seed_;
  std::atomic<std::size_t> cursor_{0};      // where the next sweep begins
  std::atomic<std::size_t> displacing_{0};  // where the next search for a place begins

  enum class Place : std::uint8_t { kToBeFound, kHeld };

  std::uint64_t hash(const FdbKey& key) const noexcept;
  template <typename Found>
  auto find(const FdbKey& key, Found&& found) const noexcept;
  std::optional<FdbEntry> unpack(const FdbSlot& slot) const noexcept;
  void redirect(FdbBucketLock& bucket, std::size_t position, std::uint32_t number, Tick now) noexcept;
  std::pair<LearnOutcome, bool> learn_as(const FdbKey& key, const Remote& remote, std::uint32_t number,
                                         Tick now, FdbAccount& account, Place place) noexcept;
  std::pair<LearnOutcome, bool> heard_again(FdbBucketLock& bucket, std::size_t position, const Remote& remote,
                                            std::uint32_t number, Tick now, FdbAccount& account) noexcept;
  template <typename Take>
  bool any_over_share(std::size_t index, SegmentKey segment, std::uint32_t share, Take&& take) const noexcept;
  std::optional<FdbEntry> displace(SegmentKey segment, std::uint32_t share, std::size_t buckets) noexcept;
  bool would_displace(SegmentKey segment, std::uint32_t share) const noexcept;
  bool insert(FdbBucketLock& bucket, FdbSlot slot) noexcept;
  void remove(FdbBucketLock& bucket, std::size_t position, FdbAccount* account) noexcept;
  void grow() noexcept;
  template <typename Doomed>
  std::vector<FdbEntry> remove_if(std::size_t index, const AccountOf& account_of, Doomed&& doomed);
};

}  // namespace vxtap
