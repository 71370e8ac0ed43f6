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
/// remote. A number stays valid while an entry holds it; a reader copies the remote inside the entry's read
/// section.
class FdbRemotes {
 public:
  FdbRemotes() = default;
  ~FdbRemotes();
  FdbRemotes(const FdbRemotes&) = delete;
  FdbRemotes& operator=(const FdbRemotes&) = delete;

  /// Takes one reference more; empty without memory or numbers.
  std::optional<std::uint32_t> acquire(SegmentKey segment, const Remote& remote) noexcept;
  void release(std::uint32_t index) noexcept;

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
  struct Slot {  // words reached through atomics only
    std::atomic<std::uint64_t> high{0}, low{0}, port{0};
  };
  static constexpr std::size_t kChunk = 4096;
  static constexpr std::size_t kChunks = 4096;

  std::array<std::atomic<Slot*>, kChunks> chunks_{};
  mutable std::mutex mutex_;
  std::unordered_map<Key, std::uint32_t, KeyHash> numbers_;  // guarded by mutex_
  struct Use {
    Key key;
    std::uint32_t references = 0;
  };
  std::vector<Use> uses_;              // guarded by mutex_
  std::vector<std::uint32_t> unused_;  // guarded by mutex_; capacity always holds every number
};

}  // namespace vxtap
