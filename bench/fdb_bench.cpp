#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "vxtap/fdb.hpp"

/// Look-ups and learning, from tables that fit the first cache to tables far larger than the last.
namespace {

using namespace vxtap;

constexpr std::uint64_t kSeed = 0x9E3779B97F4A7C15;
constexpr std::uint64_t kLocallyAdministered = 0x0200'0000'0000;
constexpr Tick kNow = 1;

FdbKey key_of(std::uint64_t n) {
  return {SegmentKey{}, MacAddress::from_u64(kLocallyAdministered | n)};
}
Remote remote() {
  return {VtepAddress::from_v4({192, 0, 2, 2}), 4789};
}

/// A table of learned entries, and their keys in random order, so that neighbouring look-ups share no cache
/// line.
struct Filled {
  explicit Filled(std::size_t size) {
    account.limit = static_cast<std::uint32_t>(2 * size);
    for (std::size_t n = 0; n < size; ++n) {
      keys.push_back(key_of(n));
      fdb.learn(keys.back(), remote(), kNow, account);
    }
    std::shuffle(keys.begin(), keys.end(), std::mt19937_64(kSeed));
  }

  Fdb fdb{kSeed};
  FdbAccount account;
  std::vector<FdbKey> keys;
};

/// Built once for all threads and rounds of one benchmark, which google-benchmark starts many times.
template <std::size_t Size>
Filled& filled() {
  static Filled table(Size);
  return table;
}

/// Keys for one thread, from a place of its own in the random order.
class KeyWalk {
 public:
  KeyWalk(const std::vector<FdbKey>& keys, const benchmark::State& state)
      : keys_(keys),
        next_(keys.size() / static_cast<std::size_t>(state.threads()) *
              static_cast<std::size_t>(state.thread_index())) {}

  const FdbKey& next() {
    if (next_ == keys_.size()) next_ = 0;
    return keys_[next_++];
  }

 private:
  const std::vector<FdbKey>& keys_;
  std::size_t next_;
};

template <std::size_t Size>
void lookup(benchmark::State& state) {
  const Filled& table = filled<Size>();
  KeyWalk walk(table.keys, state);
  for (auto _ : state) benchmark::DoNotOptimize(table.fdb.lookup(walk.next()));
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) {
    state.counters["bytes_per_entry"] =
        static_cast<double>(table.fdb.memory_bytes()) / static_cast<double>(Size);
  }
}
BENCHMARK_TEMPLATE(lookup, 1'000)->ThreadRange(1, 2)->UseRealTime();
BENCHMARK_TEMPLATE(lookup, 100'000)->ThreadRange(1, 2)->UseRealTime();
BENCHMARK_TEMPLATE(lookup, 1'000'000)->ThreadRange(1, 2)->UseRealTime();

/// As the packet path looks up a batch of frames: with the buckets fetched some frames ahead.
template <std::size_t Size>
void lookup_in_batches(benchmark::State& state) {
  constexpr std::size_t kAhead = 8;
  const Filled& table = filled<Size>();
  KeyWalk walk(table.keys, state), ahead(table.keys, state);
  for (std::size_t i = 0; i < kAhead; ++i) table.fdb.prefetch(ahead.next());
  for (auto _ : state) {
    table.fdb.prefetch(ahead.next());
    benchmark::DoNotOptimize(table.fdb.lookup(walk.next()));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_TEMPLATE(lookup_in_batches, 1'000)->ThreadRange(1, 2)->UseRealTime();
BENCHMARK_TEMPLATE(lookup_in_batches, 1'000'000)->ThreadRange(1, 2)->UseRealTime();

/// Makes MACs move between two remotes as fast as one thread can, for as long as it lives. The clock runs a
/// tick a move, so that no MAC moves often enough to be held where it is.
class Mover {
 public:
  explicit Mover(Filled& table)
      : thread_([this, &table] {
          Remote other = remote();
          for (Tick now = kNow; !stop_.load(std::memory_order_relaxed); ++now) {
            other.port ^= 1;
            table.fdb.learn(table.keys[now % table.keys.size()], other, now, table.account);
          }
        }) {}
  ~Mover() {
    stop_ = true;
    thread_.join();
  }
  Mover(const Mover&) = delete;
  Mover& operator=(const Mover&) = delete;

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;  // last: it uses stop_
};

template <std::size_t Size>
void lookup_while_a_writer_learns(benchmark::State& state) {
  Filled& table = filled<Size>();
  std::unique_ptr<Mover> writer;
  if (state.thread_index() == 0) writer = std::make_unique<Mover>(table);
  KeyWalk walk(table.keys, state);
  for (auto _ : state) benchmark::DoNotOptimize(table.fdb.lookup(walk.next()));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_TEMPLATE(lookup_while_a_writer_learns, 100'000)->ThreadRange(1, 2)->UseRealTime();

/// What the packet path does for a MAC that is where it was: no lock.
template <std::size_t Size>
void refresh(benchmark::State& state) {
  const Filled& table = filled<Size>();
  KeyWalk walk(table.keys, state);
  for (auto _ : state) {
    const auto hit = table.fdb.lookup(walk.next());
    std::atomic_ref(*hit->heard).store(kNow, std::memory_order_relaxed);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_TEMPLATE(refresh, 100'000)->ThreadRange(1, 2)->UseRealTime();

/// New MACs into a table that starts empty and grows to Size; an item is one entry.
template <std::size_t Size>
void learn_from_empty(benchmark::State& state) {
  for (auto _ : state) {
    Fdb fdb(kSeed);
    FdbAccount account;
    account.limit = Size;
    for (std::size_t n = 0; n < Size; ++n) fdb.learn(key_of(n), remote(), kNow, account);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(Size));
}
BENCHMARK_TEMPLATE(learn_from_empty, 1'000);
BENCHMARK_TEMPLATE(learn_from_empty, 100'000)->Unit(benchmark::kMillisecond);

}  // namespace
