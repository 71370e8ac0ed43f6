#include "core/fdb_damping.hpp"

#include "fdb_values.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

constexpr std::uint64_t kMac = 0x02'00'00'00'00'01;

/// A MAC that turns up at one remote after the other.
struct Wanderer {
  FdbAccount account;
  Fdb fdb{42};
  std::uint32_t place = 0;

  Wanderer() { heard_at(0, 0); }
  LearnOutcome heard_at(std::uint32_t where, Tick now) {
    return fdb.learn(key(100, kMac), remote_number(where), now, account);
  }
  LearnOutcome moves(Tick now) { return heard_at(++place, now); }
  Remote where() const { return fdb.lookup(key(100, kMac))->remote; }
};

}  // namespace

TEST_CASE_METHOD(Wanderer, "damping: five moves in 180 s are moves, the sixth begins a hold of 30 s") {
  for (std::uint32_t i = 1; i <= 5; ++i) CHECK(moves(seconds(i)) == LearnOutcome::kMoved);
  CHECK(where() == remote_number(5));
  CHECK(moves(seconds(6)) == LearnOutcome::kDamped);
  CHECK(where() == remote_number(5));
  CHECK(account.moved == 5);

  CHECK(moves(seconds(6)) == LearnOutcome::kHeld);
  CHECK(moves(seconds(35)) == LearnOutcome::kHeld);
  CHECK(where() == remote_number(5));
  CHECK(heard_at(99, seconds(36)) == LearnOutcome::kMoved);
  CHECK(where() == remote_number(99));
}

TEST_CASE_METHOD(Wanderer, "damping: while held, the place where it is refreshes as ever") {
  for (std::uint32_t i = 1; i <= 5; ++i) moves(seconds(i));
  REQUIRE(moves(seconds(6)) == LearnOutcome::kDamped);
  CHECK(heard_at(5, seconds(7)) == LearnOutcome::kRefreshed);
  CHECK(fdb.lookup(key(100, kMac))->heard_at == seconds(7));
  CHECK(heard_at(6, seconds(8)) == LearnOutcome::kHeld);
  CHECK(fdb.lookup(key(100, kMac))->heard_at == seconds(7));
}

TEST_CASE_METHOD(Wanderer, "damping: the 180 s begin with the first move") {
  for (std::uint32_t i = 0; i < 5; ++i) CHECK(moves(seconds(1)) == LearnOutcome::kMoved);
  SECTION("the sixth within them is held") {
    CHECK(moves(seconds(180)) == LearnOutcome::kDamped);
  }
  SECTION("the sixth behind them begins anew") {
    for (std::uint32_t i = 0; i < 5; ++i) CHECK(moves(seconds(181)) == LearnOutcome::kMoved);
    CHECK(moves(seconds(181)) == LearnOutcome::kDamped);
  }
}

TEST_CASE_METHOD(Wanderer, "damping: an honest wanderer is never held") {
  for (std::uint32_t i = 1; i <= 200; ++i) CHECK(moves(seconds(40 * i)) == LearnOutcome::kMoved);
}

TEST_CASE_METHOD(Wanderer, "damping: each hold is reported once, and a second storm is reported again") {
  int reported = 0;
  for (std::uint32_t tick = 0; tick < seconds(36); ++tick)
    reported += moves(tick) == LearnOutcome::kDamped ? 1 : 0;
  CHECK(reported == 2);
  CHECK(account.moved == 10);
}

TEST_CASE("damping: the history outlives the growth of the table") {
  Wanderer wanderer;
  for (std::uint32_t i = 1; i <= 5; ++i) wanderer.moves(seconds(i));
  for (std::uint64_t i = 0; i < 5000; ++i)
    wanderer.fdb.learn(key(200, i), remote_number(1), 0, wanderer.account);
  CHECK(wanderer.moves(seconds(6)) == LearnOutcome::kDamped);
}

TEST_CASE("damping: the history works where its 24-bit clock wraps") {
  MoveHistory history(0);
  constexpr std::uint32_t kWrap = 1U << 24;
  for (int i = 0; i < 5; ++i) CHECK(history.wants_to_move(seconds(kWrap - 1)) == MoveHistory::Answer::kMove);
  CHECK(history.wants_to_move(seconds(kWrap + 10)) == MoveHistory::Answer::kHoldBegins);
  CHECK(history.wants_to_move(seconds(kWrap + 39)) == MoveHistory::Answer::kHold);
  CHECK(history.wants_to_move(seconds(kWrap + 40)) == MoveHistory::Answer::kMove);
}
