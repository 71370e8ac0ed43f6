#include "core/fdb_remotes.hpp"

#include <new>

#include "core/remote_hash.hpp"

namespace vxtap {

std::size_t FdbRemotes::KeyHash::operator()(const Key& key) const noexcept {
  return remote_hash(key.remote, key.segment.to_u40());
}

FdbRemotes::~FdbRemotes() {
  for (auto& chunk : chunks_) delete[] chunk.load();
}

std::optional<std::uint32_t> FdbRemotes::acquire(SegmentKey segment, const Remote& remote) noexcept try {
  const std::lock_guard lock(mutex_);
  const Key key{segment, remote};
  if (const auto found = numbers_.find(key); found != numbers_.end()) {
    ++uses_[found->second].references;
    return found->second;
  }
  if (unused_.empty()) {
    const std::size_t first = uses_.size();
    if (first == kChunk * kChunks) return std::nullopt;
    uses_.reserve(first + kChunk);
    unused_.reserve(first + kChunk);
    chunks_[first / kChunk].store(new Slot[kChunk], std::memory_order_release);
    uses_.resize(first + kChunk);
    for (std::size_t i = first + kChunk; i-- > first;) unused_.push_back(static_cast<std::uint32_t>(i));
  }
  const std::uint32_t index = unused_.back();
  numbers_.emplace(key, index);
  unused_.pop_back();
  uses_[index] = {key, 1};
  Slot& slot = chunks_[index / kChunk].load(std::memory_order_relaxed)[index % kChunk];
  slot.high.store(word_of(remote.address, 0), std::memory_order_release);
  slot.low.store(word_of(remote.address, 8), std::memory_order_release);
  slot.port.store(remote.port, std::memory_order_release);
  return index;
} catch (const std::bad_alloc&) {
  return std::nullopt;
}

void FdbRemotes::release(std::uint32_t index) noexcept {
  const std::lock_guard lock(mutex_);
  Use& use = uses_[index];
  if (--use.references != 0) return;
  numbers_.erase(use.key);
  unused_.push_back(index);
}

Remote FdbRemotes::read(std::uint32_t index) const noexcept {
  const Slot* chunk = chunks_[index / kChunk].load(std::memory_order_acquire);
  if (chunk == nullptr) return {};
  const Slot& slot = chunk[index % kChunk];
  std::array<std::uint8_t, 16> bytes{};
  store_be(MutableBytes(bytes), 0, slot.high.load(std::memory_order_acquire));
  store_be(MutableBytes(bytes), 8, slot.low.load(std::memory_order_acquire));
  return {VtepAddress::from_v6(bytes), static_cast<std::uint16_t>(slot.port.load(std::memory_order_acquire))};
}

std::size_t FdbRemotes::memory_bytes() const noexcept {
  const std::lock_guard lock(mutex_);
  return uses_.size() * (sizeof(Slot) + sizeof(Use) + sizeof(std::uint32_t));
}

}  // namespace vxtap
