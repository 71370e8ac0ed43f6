// What a full segment does with one MAC more. fdb_model_test compares the same with a naive model.
#include <thread>

#include "fdb_values.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

constexpr std::uint32_t kFlooder = 1, kQuiet = 2, kThird = 3;
constexpr std::uint32_t kLimit = 100;

struct LimitedSegment {
  Accounts accounts;
  FdbAccount& account = accounts.of(100);
  Fdb fdb{42};

  explicit LimitedSegment(std::uint32_t limit) { account.limit = limit; }
  void put(std::uint64_t mac_value, FdbState state, bool sticky) {
    FdbEntry entry{key(100, mac_value), remote_number(kFlooder), state};
    entry.sticky = sticky;
    REQUIRE(fdb.put(entry, account));
  }
};

/// With one remote's MACs 0 to 99, which is all it may have.
struct FullSegment : LimitedSegment {
  std::vector<FdbEntry> gone;

  FullSegment() : LimitedSegment(kLimit) {
    for (std::uint64_t i = 0; i < kLimit; ++i) learn(i, kFlooder);
  }
  LearnOutcome learn(std::uint64_t mac_value, std::uint32_t remote) {
    return learn(mac_value, remote_number(remote));
  }
  LearnOutcome learn(std::uint64_t mac_value, const Remote& remote) {
    std::optional<FdbEntry> displaced;
    const auto outcome = fdb.learn(key(100, mac_value), remote, 0, account, &displaced);
    if (displaced) gone.push_back(*displaced);
    return outcome;
  }
  std::size_t held(std::uint32_t remote) const {
    std::size_t count = 0;
    for (const auto& [row_key, row] : rows(fdb))
      if (row.remote.address == remote_number(remote).address) ++count;
    return count;
  }
};

}  // namespace

TEST_CASE_METHOD(FullSegment, "fdb share: a flooder keeps out what is its own, and displaces nothing") {
  for (std::uint64_t i = 1000; i < 2000; ++i) CHECK(learn(i, kFlooder) == LearnOutcome::kFull);
  CHECK(gone.empty());
  CHECK(account.entries == kLimit);
  CHECK(account.learned == kLimit);
  CHECK(account.refused == 1000);
}

TEST_CASE_METHOD(FullSegment, "fdb share: another remote gets its share, out of what the flooder has") {
  std::size_t learned = 0;
  for (std::uint64_t i = 1000; i < 1080; ++i) {
    learned += learn(i, kQuiet) == LearnOutcome::kLearned ? 1U : 0U;
    learn(2000 + i, kFlooder);
  }
  CHECK(learned == kLimit / 2);
  CHECK(held(kQuiet) == kLimit / 2);
  CHECK(held(kFlooder) == kLimit / 2);
  CHECK(account.entries == kLimit);
  CHECK(account.learned - gone.size() == kLimit);
  CHECK(account.refused == gone.size() + 30 + 80);
  for (const FdbEntry& entry : gone) {
    CHECK(entry.remote == remote_number(kFlooder));
    CHECK_FALSE(fdb.lookup(entry.key));
  }

  for (std::uint64_t i = 3000; i < 3100; ++i) learn(i, kThird);
  CHECK(held(kThird) == kLimit / 3);
  CHECK(held(kQuiet) >= kLimit / 3);
  CHECK(held(kFlooder) >= kLimit / 3);
  CHECK(account.entries == kLimit);
}

TEST_CASE_METHOD(FullSegment, "fdb share: who floods from many ports is one remote") {
  for (std::uint32_t i = 0; i < 1000; ++i)
    CHECK(learn(1000 + i, {remote_number(kFlooder).address, static_cast<std::uint16_t>(1024 + i)}) ==
          LearnOutcome::kFull);
  CHECK(gone.empty());
}

TEST_CASE("fdb share: static and sticky entries stay, and are taken off what is shared out") {
  LimitedSegment segment(40);
  auto& [_, account, fdb] = segment;
  for (std::uint64_t i = 0; i < 40; ++i)
    segment.put(i, i < 10 ? FdbState::kStatic : FdbState::kReachable, i >= 10 && i < 20);
  for (std::uint64_t i = 1000; i < 1100; ++i) fdb.learn(key(100, i), remote_number(kQuiet), 0, account);

  const auto left = rows(fdb);
  CHECK(left.size() == 40);
  for (std::uint64_t i = 0; i < 20; ++i) CHECK(left.contains(key(100, i)));
  CHECK(std::ranges::count_if(left, [](const auto& row) {
          return row.second.remote == remote_number(kQuiet);
        }) == (40 - 10) / 2);
}

TEST_CASE("fdb share: where all that could go is sticky, nothing is learned, nor said to be") {
  LimitedSegment segment(4);
  auto& [_, account, fdb] = segment;
  for (std::uint64_t i = 0; i < 4; ++i) segment.put(i, FdbState::kReachable, true);
  const auto asked = key(100, 1000);
  CHECK(fdb.would_learn(asked, remote_number(kQuiet), 0, account) == LearnOutcome::kFull);
  CHECK(fdb.learn(asked, remote_number(kQuiet), 0, account) == LearnOutcome::kFull);

  segment.put(3, FdbState::kReachable, false);
  CHECK(fdb.would_learn(asked, remote_number(kQuiet), 0, account) == LearnOutcome::kLearned);
  CHECK(fdb.learn(asked, remote_number(kQuiet), 0, account) == LearnOutcome::kLearned);
  CHECK_FALSE(fdb.lookup(key(100, 3)));
}

TEST_CASE_METHOD(FullSegment, "fdb share: room is made at the limit alone, of what one with most has") {
  CHECK(fdb.make_room(SegmentKey{}, account) == std::nullopt);  // another segment's entries are not touched
  for (std::uint64_t i = 1000; i < 1010; ++i) learn(i, kQuiet);
  for (std::uint32_t room = 0; room < 80; ++room) {
    const auto displaced = fdb.make_room(key(100, 0).segment, account);
    REQUIRE(displaced);
    CHECK(displaced->remote == remote_number(kFlooder));
    CHECK(account.entries == kLimit - 1);
    CHECK(fdb.make_room(key(100, 0).segment, account) == std::nullopt);
    REQUIRE(fdb.put({key(100, 5000 + room), remote_number(kThird), FdbState::kPermanent}, account));
  }
  CHECK(held(kQuiet) == 10);
  CHECK(held(kFlooder) == 10);
  CHECK(held(kThird) == 80);
}

TEST_CASE("fdb share: room is made of whatever is not sticky, and of nothing else") {
  LimitedSegment segment(40);
  auto& [_, account, fdb] = segment;
  for (std::uint64_t i = 0; i < 39; ++i)
    segment.put(i, i < 10 ? FdbState::kStatic : FdbState::kReachable, i >= 10);
  fdb.learn(key(100, 1000), remote_number(kQuiet), 0, account);
  const auto displaced = fdb.make_room(key(100, 0).segment, account);
  REQUIRE(displaced);
  CHECK(displaced->key == key(100, 1000));
  segment.put(39, FdbState::kReachable, true);
  CHECK(fdb.make_room(key(100, 0).segment, account) == std::nullopt);
  CHECK(rows(fdb).size() == 40);
}

TEST_CASE("fdb share: in a large table a small segment's place is found in the end") {
  Accounts accounts;
  Fdb fdb(42);
  accounts.of(200).limit = 200'000;
  for (std::uint64_t i = 0; i < 200'000; ++i)
    fdb.learn(key(200, i), remote_number(kFlooder), 0, accounts.of(200));
  FdbAccount& account = accounts.of(100);
  account.limit = 2;
  for (std::uint64_t i = 0; i < 2; ++i) fdb.learn(key(100, i), remote_number(kFlooder), 0, account);

  auto outcome = LearnOutcome::kFull;
  for (std::size_t frames = 0; frames <= fdb.bucket_count() / 256 && outcome == LearnOutcome::kFull; ++frames)
    outcome = fdb.learn(key(100, 1000), remote_number(kQuiet), 0, account);
  CHECK(outcome == LearnOutcome::kLearned);
  CHECK(account.entries == 2);
  CHECK(accounts.of(200).entries == 200'000);
}

TEST_CASE_METHOD(FullSegment, "fdb share: flooders at once leave a quiet remote what it has and its share") {
  constexpr std::uint64_t kQuietMacs = 20;  // of the 25 that four remotes have each
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t flooder = 10; flooder < 13; ++flooder)
      threads.emplace_back([this, flooder] {
        for (std::uint64_t i = 0; i < 20'000; ++i)
          fdb.learn(key(100, std::uint64_t{flooder} * 100'000 + i), remote_number(flooder), 0, account);
      });
    threads.emplace_back([this] {
      for (int round = 0; round < 200; ++round)
        for (std::uint64_t i = 0; i < kQuietMacs; ++i)
          fdb.learn(key(100, 5000 + i), remote_number(kQuiet), 0, account);
    });
    threads.emplace_back([this] {
      for (int round = 0; round < 200; ++round) fdb.sweep(0, fdb.bucket_count(), accounts.lookup());
    });
  }
  CHECK(held(kQuiet) == kQuietMacs);
  CHECK(rows(fdb).size() == kLimit);
  CHECK(account.entries == kLimit);
}
