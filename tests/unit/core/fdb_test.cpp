#include "vxtap/fdb.hpp"

#include "fdb_values.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

struct Table {
  Accounts accounts;
  FdbAccount& account = accounts.of(100);
  Fdb fdb{42};

  LearnOutcome learn(std::uint64_t mac_value, std::uint32_t remote, Tick now = 0) {
    const auto before = fdb.would_learn(key(100, mac_value), remote_number(remote), now, account);
    const auto outcome = fdb.learn(key(100, mac_value), remote_number(remote), now, account);
    CHECK(before == outcome);
    return outcome;
  }
  bool put(std::uint64_t mac_value, std::uint32_t remote, FdbState state) {
    return fdb.put({key(100, mac_value), remote_number(remote), state, FdbOrigin::kControl, 7}, account);
  }
  std::optional<Remote> remote_of(std::uint64_t mac_value) const {
    const auto hit = fdb.lookup(key(100, mac_value));
    return hit ? std::optional(hit->remote) : std::nullopt;
  }
  std::size_t sweep_round(Tick now) { return fdb.sweep(now, fdb.bucket_count(), accounts.lookup()); }
};

}  // namespace

TEST_CASE_METHOD(Table, "fdb: an empty table finds nothing") {
  CHECK_FALSE(fdb.lookup(key(100, 0)));
  CHECK_FALSE(fdb.lookup(key(100, 1)));
  CHECK(fdb.size() == 0);
  CHECK(rows(fdb).empty());
}

TEST_CASE_METHOD(Table, "fdb: what is learned is found, in its segment and on its endpoint only") {
  CHECK(learn(1, 5, 77) == LearnOutcome::kLearned);
  const auto hit = fdb.lookup(key(100, 1));
  REQUIRE(hit);
  CHECK(hit->remote == remote_number(5));
  CHECK(hit->state == FdbState::kReachable);
  CHECK(hit->origin == FdbOrigin::kLearned);
  CHECK(hit->heard_at == 77);
  CHECK_FALSE(fdb.lookup(key(101, 1)));
  CHECK_FALSE(fdb.lookup({{.endpoint = 1, .vni = vni(100)}, MacAddress::from_u64(1)}));
  CHECK_FALSE(fdb.lookup(key(100, 2)));
  CHECK(account.entries == 1);
  CHECK(account.learned == 1);
}

TEST_CASE_METHOD(Table, "fdb: the extreme keys are keys like any other") {
  const FdbKey largest{{.endpoint = 0xFFFF, .vni = vni(Vni::kMax)}, MacAddress::from_u64(0xFFFFFFFFFFFF)};
  const FdbKey smallest{{.endpoint = 0, .vni = vni(0)}, MacAddress{}};
  CHECK(fdb.learn(largest, remote_number(1), 0, account) == LearnOutcome::kLearned);
  CHECK(fdb.learn(smallest, remote_number(2), 0, account) == LearnOutcome::kLearned);
  CHECK(fdb.lookup(largest)->remote == remote_number(1));
  CHECK(fdb.lookup(smallest)->remote == remote_number(2));
  CHECK(rows(fdb).size() == 2);
}

TEST_CASE_METHOD(Table, "fdb: an IPv6 remote and its port come back whole") {
  const Remote far = remote("2001:db8:1:2:3:4:5:6", 65535);
  CHECK(fdb.learn(key(100, 1), far, 0, account) == LearnOutcome::kLearned);
  CHECK(remote_of(1) == far);
}

TEST_CASE_METHOD(Table, "fdb: hearing it again refreshes, from elsewhere moves") {
  learn(1, 5, 10);
  CHECK(learn(1, 5, 20) == LearnOutcome::kRefreshed);
  CHECK(fdb.lookup(key(100, 1))->heard_at == 20);
  CHECK(learn(1, 6, 30) == LearnOutcome::kMoved);
  CHECK(remote_of(1) == remote_number(6));
  CHECK(fdb.lookup(key(100, 1))->heard_at == 30);
  CHECK(account.moved == 1);
  CHECK(account.learned == 1);
  CHECK(account.entries == 1);
}

TEST_CASE_METHOD(Table, "fdb: a hit's clock can be written through") {
  learn(1, 5, 10);
  std::atomic_ref(*fdb.lookup(key(100, 1))->heard).store(99, std::memory_order_relaxed);
  CHECK(fdb.lookup(key(100, 1))->heard_at == 99);
}

TEST_CASE_METHOD(Table, "fdb: static and permanent entries do not move") {
  const auto state = GENERATE(FdbState::kStatic, FdbState::kPermanent);
  REQUIRE(put(1, 5, state));
  CHECK(learn(1, 6, 10) == LearnOutcome::kPinned);
  CHECK(remote_of(1) == remote_number(5));
  CHECK(learn(1, 5, 10) == LearnOutcome::kRefreshed);
  CHECK(fdb.lookup(key(100, 1))->state == state);
  CHECK(fdb.lookup(key(100, 1))->origin == FdbOrigin::kControl);
  CHECK(fdb.lookup(key(100, 1))->heard_at == 10);
  CHECK(account.moved == 0);
}

TEST_CASE_METHOD(Table, "fdb: put replaces what its key had and counts it once") {
  learn(1, 5);
  REQUIRE(put(1, 6, FdbState::kStatic));
  REQUIRE(put(1, 7, FdbState::kPermanent));
  CHECK(remote_of(1) == remote_number(7));
  CHECK(account.entries == 1);
  CHECK(fdb.size() == 1);
}

TEST_CASE_METHOD(Table, "fdb: erase removes once") {
  learn(1, 5);
  CHECK(fdb.erase(key(100, 1), account));
  CHECK_FALSE(fdb.erase(key(100, 1), account));
  CHECK_FALSE(fdb.lookup(key(100, 1)));
  CHECK(account.entries == 0);
  CHECK(fdb.size() == 0);
  CHECK(learn(1, 6) == LearnOutcome::kLearned);
}

TEST_CASE_METHOD(Table, "fdb: at the limit nothing is learned, and removal makes room") {
  account.limit = 3;
  REQUIRE(put(1, 5, FdbState::kStatic));
  CHECK(learn(2, 5) == LearnOutcome::kLearned);
  CHECK(learn(3, 5) == LearnOutcome::kLearned);
  CHECK(learn(4, 5) == LearnOutcome::kFull);
  CHECK_FALSE(fdb.lookup(key(100, 4)));
  CHECK(account.refused == 1);
  CHECK(account.entries == 3);
  CHECK(learn(2, 6) == LearnOutcome::kMoved);
  CHECK(learn(3, 5, 1) == LearnOutcome::kRefreshed);
  CHECK(fdb.learn(key(101, 4), remote_number(5), 0, accounts.of(101)) == LearnOutcome::kLearned);

  fdb.erase(key(100, 2), account);
  CHECK(learn(4, 5) == LearnOutcome::kLearned);
  CHECK(put(5, 5, FdbState::kStatic));  // what an operator enters is not bound by the limit
  CHECK(account.entries == 4);
}

TEST_CASE_METHOD(Table, "fdb: one round of sweeping removes exactly what is older than the ageing time") {
  account.ageing_ticks = seconds(300);
  learn(1, 5, 0);
  learn(2, 5, 1);
  REQUIRE(put(3, 5, FdbState::kStatic));
  REQUIRE(put(4, 5, FdbState::kPermanent));
  CHECK(sweep_round(seconds(300)) == 0);

  std::vector<MacAddress> aged;
  CHECK(fdb.sweep(seconds(300) + 1, fdb.bucket_count(), accounts.lookup(),
                  [&](const FdbEntry& entry) { aged.push_back(entry.key.mac); }) == 1);
  CHECK(aged == std::vector{MacAddress::from_u64(1)});
  CHECK(account.aged == 1);
  CHECK(account.entries == 3);
  CHECK(sweep_round(seconds(1000)) == 1);
  CHECK(rows(fdb).size() == 2);
}

TEST_CASE_METHOD(Table, "fdb: sweeping in small steps covers every bucket in one round") {
  account.ageing_ticks = seconds(10);
  for (std::uint64_t i = 0; i < 2000; ++i) REQUIRE(learn(i, 1) == LearnOutcome::kLearned);
  std::size_t removed = 0;
  for (std::size_t done = 0; done < fdb.bucket_count(); done += 7)
    removed += fdb.sweep(seconds(11), 7, accounts.lookup());
  CHECK(removed == 2000);
  CHECK(fdb.size() == 0);
}

TEST_CASE_METHOD(Table, "fdb: an entry heard after the sweep took its time is not old") {
  // A worker's clock may be a tick ahead of the sweeper's.
  account.ageing_ticks = seconds(300);
  learn(1, 5, 1001);
  CHECK(sweep_round(1000) == 0);
  CHECK(fdb.lookup(key(100, 1)));
}

TEST_CASE_METHOD(Table, "fdb: ages are differences, also where the clock wraps") {
  account.ageing_ticks = seconds(300);
  const Tick before_wrap = 0U - seconds(100);
  learn(1, 5, before_wrap);
  CHECK(sweep_round(before_wrap + seconds(300)) == 0);
  CHECK(sweep_round(before_wrap + seconds(300) + 1) == 1);
}

TEST_CASE_METHOD(Table, "fdb: ageing 0 keeps entries for ever") {
  account.ageing_ticks = 0;
  learn(1, 5, 0);
  CHECK(sweep_round(0x7FFFFFFF) == 0);
}

TEST_CASE_METHOD(Table, "fdb: entries of a segment that is gone are swept, static ones too") {
  FdbAccount& other = accounts.of(101);
  REQUIRE(fdb.learn(key(101, 1), remote_number(1), 0, other) == LearnOutcome::kLearned);
  REQUIRE(fdb.put({key(101, 2), remote_number(1), FdbState::kPermanent, FdbOrigin::kConfig, 0}, other));
  learn(1, 5);
  accounts.forget(101);
  CHECK(sweep_round(0) == 2);
  CHECK(rows(fdb).size() == 1);
  CHECK(remote_of(1) == remote_number(5));
}

TEST_CASE_METHOD(Table, "fdb: flush removes what it is told and nothing else") {
  FdbAccount& other = accounts.of(101);
  for (std::uint64_t i = 0; i < 500; ++i) {
    learn(i, 1);
    fdb.learn(key(101, i), remote_number(2), 0, other);
  }
  REQUIRE(put(1000, 1, FdbState::kPermanent));
  const auto doomed = [](const FdbEntry& entry) {
    return entry.key.segment.vni == vni(100) && entry.state == FdbState::kReachable;
  };
  CHECK(fdb.flush(doomed, accounts.lookup()) == 500);
  CHECK(account.entries == 1);
  CHECK(other.entries == 500);
  CHECK(rows(fdb).size() == 501);
  CHECK(account.aged == 0);
}

TEST_CASE_METHOD(Table, "fdb: for_each copies every column") {
  REQUIRE(put(1, 5, FdbState::kPermanent));
  const FdbEntry row = rows(fdb).at(key(100, 1));
  CHECK(row.remote == remote_number(5));
  CHECK(row.state == FdbState::kPermanent);
  CHECK(row.origin == FdbOrigin::kControl);
  CHECK(row.heard == 7);
}

TEST_CASE_METHOD(Table, "fdb: 200000 entries are all found, in at most 64 bytes each, and all go again") {
  constexpr std::uint64_t kEntries = 200'000;
  account.limit = kEntries;
  const auto remote_for = [](std::uint64_t i) { return static_cast<std::uint32_t>(i % 64); };
  for (std::uint64_t i = 0; i < kEntries; ++i)
    if (learn(i, remote_for(i)) != LearnOutcome::kLearned) FAIL("entry " << i);
  CHECK(fdb.size() == kEntries);
  CHECK(fdb.memory_bytes() / kEntries <= 64);
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < kEntries; ++i)
    wrong += remote_of(i) != remote_number(remote_for(i)) ? 1U : 0U;
  CHECK(wrong == 0);
  CHECK_FALSE(remote_of(kEntries));

  std::uint64_t seen = 0;
  fdb.for_each([&](const FdbEntry&) { ++seen; });
  CHECK(seen == kEntries);
  CHECK(fdb.flush([](const FdbEntry&) { return true; }, accounts.lookup()) == kEntries);
  CHECK(fdb.size() == 0);
  CHECK(account.entries == 0);
}

TEST_CASE_METHOD(Table, "fdb: a sticky entry ages and is refreshed, but does not move") {
  REQUIRE(
      fdb.put({key(100, 1), remote_number(5), FdbState::kReachable, FdbOrigin::kControl, 0, true}, account));
  CHECK(rows(fdb).at(key(100, 1)).sticky);
  CHECK(learn(1, 6, 10) == LearnOutcome::kSticky);
  CHECK(remote_of(1) == remote_number(5));
  CHECK(learn(1, 5, 20) == LearnOutcome::kRefreshed);
  CHECK(fdb.lookup(key(100, 1))->heard_at == 20);
  CHECK(account.moved == 0);
  CHECK(sweep_round(21 + account.ageing_ticks) == 1);
  CHECK(learn(1, 6, 10) == LearnOutcome::kLearned);
  CHECK_FALSE(rows(fdb).at(key(100, 1)).sticky);
}

TEST_CASE_METHOD(Table,
                 "fdb: another port of the same address is taken over without a move, as often as it comes") {
  const VtepAddress nat = address("192.0.2.77");
  REQUIRE(fdb.learn(key(100, 1), {nat, 1000}, 0, account) == LearnOutcome::kLearned);
  for (std::uint16_t port = 1001; port < 1020; ++port) {
    CHECK(fdb.learn(key(100, 1), {nat, port}, port, account) == LearnOutcome::kRefreshed);
    CHECK(remote_of(1) == Remote{nat, port});
    CHECK(fdb.lookup(key(100, 1))->heard_at == port);
  }
  CHECK(account.moved == 0);
  CHECK(fdb.size() == 1);
}

TEST_CASE_METHOD(Table, "fdb: flush tells which entries went") {
  for (std::uint64_t i = 1; i <= 100; ++i) learn(i, static_cast<std::uint32_t>(i % 3));
  std::size_t told = 0;
  const auto flushed =
      fdb.flush([](const FdbEntry& entry) { return entry.remote == remote_number(1); }, accounts.lookup(),
                [&](const FdbEntry& entry) {
                  ++told;
                  CHECK(entry.remote == remote_number(1));
                });
  CHECK(flushed == 34);
  CHECK(told == 34);
}
