#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "vxtap/fdb.hpp"

namespace vxtap {

/// Remotes that FDB entries point to, each once per segment, so that an entry needs three bytes for its
/// remote, and how many entries each holds. A number stays valid while an entry holds it; a reader copies the
/// remote inside the entry's read section.
class FdbRemotes {
 public:
  /// What an entry that holds a number is: reachable ones are counted for the fair share.
  enum class Hold : std::uint8_t { kReachable, kPinned };

  /// How the reachable entries of a segment are spread. All ports of an address are one remote here: whoever
  /// floods has many ports to choose from.
  struct Standing {
    std::uint32_t held = 0;     ///< by the remote in question
    std::uint32_t remotes = 0;  ///< that hold any
    std::uint32_t total = 0;    ///< by all of them
  };

  FdbRemotes() = default;
  ~FdbRemotes();
  FdbRemotes(const FdbRemotes&) = delete;
  FdbRemotes& operator=(const FdbRemotes&) = delete;

  /// Takes one reference more; empty without memory or numbers.
  std::optional<std::uint32_t> acquire(SegmentKey segment, const Remote& remote, Hold hold) noexcept;
  /// `hold` as it was acquired.
  void release(std::uint32_t index, Hold hold) noexcept;

  Standing standing(SegmentKey segment, const VtepAddress& address) const noexcept;
  /// How many reachable entries the remote behind `index` holds in its segment; `index` as in read().
  std::uint32_t held_behind(std::uint32_t index) const noexcept;

  /// Any number below 2^24, also a stale one: the caller checks afterwards that its entry did not change.
  Remote read(std::uint32_t index) const noexcept;

  std::size_t memory_bytes() const noexcept;

 private:
  struct Key {
    SegmentKey segment;
    Remote remote;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept;
  };
  struct SegmentHash {
    std::size_t operator()(const SegmentKey& segment) const noexcept { return segment.to_u40(); }
  };
  struct Holder {                 // an address in a segment
    std::uint32_t numbers = 0;    // that stand for it
    std::uint32_t reachable = 0;  // entries
  };
  struct Spread {  // of a segment
    std::uint32_t numbers = 0, remotes = 0, reachable = 0;
  };
  struct Slot {  // words reached through atomics only
    std::atomic<std::uint64_t> high{0}, low{0}, port{0};
  };
  static constexpr std::size_t kChunk = 4096;
  static constexpr std::size_t kChunks = 4096;

  std::array<std::atomic<Slot*>, kChunks> chunks_{};
  mutable std::mutex mutex_;
  std::unordered_map<Key, std::uint32_t, KeyHash> numbers_;       // guarded by mutex_
  std::unordered_map<Key, Holder, KeyHash> holders_;              // guarded by mutex_; keys without a port
  std::unordered_map<SegmentKey, Spread, SegmentHash> segments_;  // guarded by mutex_
  struct Use {
    Key key;
    std::uint32_t references = 0;
    Holder* holder = nullptr;   // in holders_
    Spread* segment = nullptr;  // in segments_
  };
  std::vector<Use> uses_;              // guarded by mutex_
  std::vector<std::uint32_t> unused_;  // guarded by mutex_; capacity always holds every number

  static Key holder_key(SegmentKey segment, const VtepAddress& address) noexcept {
    return {segment, {address, 0}};
  }
  std::uint32_t add(const Key& key);
  void make_room();
  void drop_unused(SegmentKey segment, const VtepAddress& address) noexcept;
};

}  // namespace vxtap
