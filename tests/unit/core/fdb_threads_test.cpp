// Readers, writers and a sweeper at once. Meant for ThreadSanitizer, and a proof that an undisturbed entry is
// found with its own remote whatever happens around it.
#include <random>
#include <thread>

#include "fdb_values.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

constexpr std::uint32_t kStableVni = 100, kChurnVni = 200, kGrowthVni = 300;
constexpr std::uint64_t kStableMacs = 300, kChurnMacs = 64, kGrowthMacs = 8000;
constexpr std::uint32_t kChurnRemotes = 8;
constexpr Tick kNow = 1000;

/// A churning MAC is only ever taught remotes of its own, so a reader can tell a mixed-up one.
std::uint32_t churn_remote(std::uint64_t mac_value, std::uint32_t choice) {
  return 1000 + static_cast<std::uint32_t>(mac_value) * kChurnRemotes + choice % kChurnRemotes;
}

struct Arena {
  Accounts accounts;
  Fdb fdb{7};
  std::atomic<std::uint64_t> stable_missing{0}, stable_wrong{0}, churn_wrong{0}, listed_wrong{0};

  Arena() {
    for (const auto number : {kStableVni, kChurnVni, kGrowthVni}) accounts.of(number).limit = 1'000'000;
    accounts.of(kStableVni).ageing_ticks = 100;
    accounts.of(kChurnVni).ageing_ticks = 100;
    for (std::uint64_t i = 0; i < kStableMacs; ++i)
      fdb.learn(key(kStableVni, i), remote_number(static_cast<std::uint32_t>(i)), kNow,
                accounts.of(kStableVni));
  }

  static bool is_churn_remote(std::uint64_t mac_value, const Remote& remote) {
    for (std::uint32_t choice = 0; choice < kChurnRemotes; ++choice)
      if (remote == remote_number(churn_remote(mac_value, choice))) return true;
    return false;
  }

  void churn(std::uint32_t seed, int operations) {
    std::mt19937 random(seed);
    FdbAccount& account = accounts.of(kChurnVni);
    for (int i = 0; i < operations; ++i) {
      const std::uint64_t mac_value = random() % kChurnMacs;
      const auto target = key(kChurnVni, mac_value);
      const auto to = remote_number(churn_remote(mac_value, static_cast<std::uint32_t>(random())));
      switch (random() % 4) {
        case 0:
          fdb.erase(target, account);
          break;
        case 1:
          fdb.put({target, to, FdbState::kReachable, FdbOrigin::kControl,
                   kNow - static_cast<Tick>(random() % 200)},
                  account);
          break;
        default:
          fdb.learn(target, to, kNow, account);
      }
    }
  }

  void grow() {
    for (std::uint64_t i = 0; i < kGrowthMacs; ++i)
      fdb.learn(key(kGrowthVni, i), remote_number(5), kNow, accounts.of(kGrowthVni));
  }

  void read(std::uint32_t seed, int operations) {
    std::mt19937 random(seed);
    for (int i = 0; i < operations; ++i) {
      const std::uint64_t stable = random() % kStableMacs, churning = random() % kChurnMacs;
      const auto hit = fdb.lookup(key(kStableVni, stable));
      if (!hit)
        ++stable_missing;
      else if (hit->remote != remote_number(static_cast<std::uint32_t>(stable)))
        ++stable_wrong;
      else
        std::atomic_ref(*hit->heard).store(kNow, std::memory_order_relaxed);
      const auto other = fdb.lookup(key(kChurnVni, churning));
      if (other && !is_churn_remote(churning, other->remote)) ++churn_wrong;
    }
  }

  void sweep_and_list(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      fdb.sweep(kNow, 500, accounts.lookup());
      fdb.for_each([this](const FdbEntry& entry) {
        const auto mac_value = entry.key.mac.to_u64();
        if (entry.key.segment.vni == vni(kChurnVni) && !is_churn_remote(mac_value, entry.remote))
          ++listed_wrong;
        if (entry.key.segment.vni == vni(kStableVni) &&
            entry.remote != remote_number(static_cast<std::uint32_t>(mac_value)))
          ++listed_wrong;
      });
      fdb.flush([](const FdbEntry& entry) { return entry.key == key(kChurnVni, 1); }, accounts.lookup());
    }
  }
};

}  // namespace

TEST_CASE("fdb: stable entries are always found with their remote while others churn and the table grows") {
  Arena arena;
  {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] { arena.churn(1, 15'000); });
    threads.emplace_back([&] { arena.churn(2, 15'000); });
    threads.emplace_back([&] { arena.read(3, 30'000); });
    threads.emplace_back([&] { arena.read(4, 30'000); });
    threads.emplace_back([&] { arena.grow(); });
    threads.emplace_back([&] { arena.sweep_and_list(30); });
  }
  CHECK(arena.stable_missing == 0);
  CHECK(arena.stable_wrong == 0);
  CHECK(arena.churn_wrong == 0);
  CHECK(arena.listed_wrong == 0);

  std::map<std::uint32_t, std::uint64_t> entries;
  for (const auto& [row_key, row] : rows(arena.fdb)) ++entries[row_key.segment.vni.value()];
  CHECK(entries[kStableVni] == kStableMacs);
  CHECK(entries[kGrowthVni] == kGrowthMacs);
  for (const auto number : {kStableVni, kChurnVni, kGrowthVni})
    CHECK(arena.accounts.of(number).entries == entries[number]);
  CHECK(arena.fdb.size() == entries[kStableVni] + entries[kChurnVni] + entries[kGrowthVni]);
}

TEST_CASE("fdb: a reader never sees a remote that a number stood for before or after") {
  // Each round frees the numbers of both remotes and takes them again the other way round, so that a number
  // read a moment too early or too late stands for the other MAC's remote.
  Accounts accounts;
  FdbAccount& account = accounts.of(100);
  Fdb fdb(7);
  std::atomic<std::uint64_t> wrong{0};
  std::atomic<bool> done{false};
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t mine = 0; mine < 2; ++mine)
      threads.emplace_back([&, mine] {
        while (!done) {
          const auto hit = fdb.lookup(key(100, mine));
          if (hit && hit->remote != remote_number(mine)) ++wrong;
        }
      });
    for (std::uint32_t round = 0; round < 60'000; ++round) {
      for (const std::uint32_t turn : {round % 2, 1 - round % 2})
        fdb.learn(key(100, turn), remote_number(turn), kNow, account);
      for (const std::uint32_t turn : {0U, 1U}) fdb.erase(key(100, turn), account);
    }
    done = true;
  }
  CHECK(wrong == 0);
}

TEST_CASE("fdb: many threads that learn the same MACs learn each once") {
  Accounts accounts;
  FdbAccount& account = accounts.of(100);
  Fdb fdb(7);
  constexpr std::uint64_t kMacs = 3000;
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([&] {
        for (std::uint64_t i = 0; i < kMacs; ++i) fdb.learn(key(100, i), remote_number(1), kNow, account);
      });
  }
  CHECK(rows(fdb).size() == kMacs);
  CHECK(account.entries == kMacs);
  CHECK(account.learned == kMacs);
}

TEST_CASE("fdb: many threads at the limit do not overrun it") {
  Accounts accounts;
  FdbAccount& account = accounts.of(100);
  account.limit = 100;
  Fdb fdb(7);
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t thread = 0; thread < 4; ++thread)
      threads.emplace_back([&, thread] {
        for (std::uint64_t i = 0; i < 1000; ++i)
          fdb.learn(key(100, i * 4 + thread), remote_number(1), kNow, account);
      });
  }
  CHECK(rows(fdb).size() == 100);
  CHECK(account.entries == 100);
  CHECK(account.learned == 100);
  CHECK(account.refused == 3900);
}
