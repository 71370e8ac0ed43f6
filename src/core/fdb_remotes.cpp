#include "core/fdb_remotes.hpp"

#include <algorithm>
#include <new>

#include "core/remote_hash.hpp"

namespace vxtap {

std::size_t FdbRemotes::KeyHash::operator()(const Key& key) const noexcept {
  return remote_hash(key.remote, key.segment.to_u40());
}

FdbRemotes::~FdbRemotes() {
  for (auto& chunk : chunks_) delete[] chunk.load();
}

std::optional<std::uint32_t> FdbRemotes::acquire(SegmentKey segment, const Remote& remote,
                                                 Hold hold) noexcept {
  const std::lock_guard lock(mutex_);
  try {
    const Key key{segment, remote};
    const auto found = numbers_.find(key);
    const std::uint32_t index = found != numbers_.end() ? found->second : add(key);
    Use& use = uses_[index];
    ++use.references;
    if (hold == Hold::kReachable) {
      if (use.holder->reachable++ == 0) ++use.segment->remotes;
      ++use.segment->reachable;
    }
    return index;
  } catch (const std::bad_alloc&) {
    drop_unused(segment, remote.address);
    return std::nullopt;
  }
}

/// Throws std::bad_alloc, also when all numbers are taken; then only drop_unused() is owed.
std::uint32_t FdbRemotes::add(const Key& key) {
  if (unused_.empty()) make_room();
  Holder& holder = holders_[holder_key(key.segment, key.remote.address)];
  Spread& segment = segments_[key.segment];
  const std::uint32_t index = unused_.empty() ? static_cast<std::uint32_t>(uses_.size()) : unused_.back();
  numbers_.emplace(key, index);
  if (unused_.empty())
    uses_.emplace_back();
  else
    unused_.pop_back();
  ++holder.numbers;
  ++segment.numbers;
  uses_[index] = {key, 0, &holder, &segment};
  Slot& slot = chunks_[index / kChunk].load(std::memory_order_relaxed)[index % kChunk];
  slot.high.store(word_of(key.remote.address, 0), std::memory_order_release);
  slot.low.store(word_of(key.remote.address, 8), std::memory_order_release);
  slot.port.store(key.remote.port, std::memory_order_release);
  return index;
}

/// For a number that has not been used yet.
void FdbRemotes::make_room() {
  const std::size_t next = uses_.size();
  if (next == kChunk * kChunks) throw std::bad_alloc();
  auto& chunk = chunks_[next / kChunk];
  if (chunk.load(std::memory_order_relaxed) == nullptr)
    chunk.store(new Slot[kChunk], std::memory_order_release);
  if (next == uses_.capacity()) uses_.reserve(std::max<std::size_t>(64, 2 * next));
  unused_.reserve(uses_.capacity());
}

void FdbRemotes::drop_unused(SegmentKey segment, const VtepAddress& address) noexcept {
  const auto holder = holders_.find(holder_key(segment, address));
  if (holder != holders_.end() && holder->second.numbers == 0) holders_.erase(holder);
  const auto spread = segments_.find(segment);
  if (spread != segments_.end() && spread->second.numbers == 0) segments_.erase(spread);
}

void FdbRemotes::release(std::uint32_t index, Hold hold) noexcept {
  const std::lock_guard lock(mutex_);
  Use& use = uses_[index];
  if (hold == Hold::kReachable) {
    if (--use.holder->reachable == 0) --use.segment->remotes;
    --use.segment->reachable;
  }
  if (--use.references != 0) return;
  numbers_.erase(use.key);
  unused_.push_back(index);
  --use.holder->numbers;
  --use.segment->numbers;
  drop_unused(use.key.segment, use.key.remote.address);
}

FdbRemotes::Standing FdbRemotes::standing(SegmentKey segment, const VtepAddress& address) const noexcept {
  const std::lock_guard lock(mutex_);
  const auto spread = segments_.find(segment);
  if (spread == segments_.end()) return {};
  const auto holder = holders_.find(holder_key(segment, address));
  return {holder == holders_.end() ? 0 : holder->second.reachable, spread->second.remotes,
          spread->second.reachable};
}

std::uint32_t FdbRemotes::held_behind(std::uint32_t index) const noexcept {
  const std::lock_guard lock(mutex_);
  if (index >= uses_.size() || uses_[index].references == 0) return 0;
  return uses_[index].holder->reachable;
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
  const std::size_t chunks = (uses_.size() + kChunk - 1) / kChunk;
  return chunks * kChunk * sizeof(Slot) + uses_.capacity() * (sizeof(Use) + sizeof(std::uint32_t));
}

}  // namespace vxtap
