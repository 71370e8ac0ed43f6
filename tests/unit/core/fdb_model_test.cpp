// Random sequences of operations: the table and the naive model must answer alike at every step.
#include "fdb_model.hpp"

#include <random>

using namespace vxtap;
using namespace vxtap::test;

namespace {

/// Carries each operation out on both.
class Twins {
 public:
  explicit Twins(std::uint32_t seed) : random_(seed), fdb_(seed) {
    for (std::uint32_t number = 0; number < kSegments; ++number) {
      model_.rules[vni(number)] = {.ageing = 100 * number, .limit = 10 * (number + 1)};
      accounts_.of(number).ageing_ticks = seconds(100 * number);
      accounts_.of(number).limit = 10 * (number + 1);
    }
  }

  void step() {
    if (below(3) == 0) now_ += below(40);
    switch (below(40)) {
      case 0:
        return sweep();
      case 1:
        return flush();
      case 2:
      case 3:
        return put();
      case 4:
      case 5:
      case 6:
        return erase();
      case 7:
        return change_limit();
      default:
        return learn();
    }
  }

  std::uint32_t displaced() const { return displaced_; }

  void compare() {
    const auto table = rows(fdb_);
    REQUIRE(table.size() == model_.rows.size());
    REQUIRE(fdb_.size() == model_.rows.size());
    for (const auto& [wanted, row] : model_.rows) {
      INFO(wanted.mac.to_string() << " in VNI " << wanted.segment.vni.value());
      REQUIRE(table.contains(wanted));
      const FdbEntry& entry = table.at(wanted);
      REQUIRE(entry.remote == row.remote);
      REQUIRE(entry.state == row.state);
      REQUIRE(entry.origin == row.origin);
      REQUIRE(entry.sticky == row.sticky);
      REQUIRE(entry.heard == seconds(row.heard));
      const auto hit = fdb_.lookup(wanted);
      REQUIRE(hit);
      REQUIRE(hit->remote == row.remote);
    }
    for (std::uint32_t number = 0; number < kSegments; ++number)
      REQUIRE(accounts_.of(number).entries == model_.entries(vni(number)));
  }

 private:
  static constexpr std::uint32_t kSegments = 4;

  std::mt19937 random_;
  Accounts accounts_;
  Fdb fdb_;
  FdbModel model_;
  std::uint32_t now_ = 1000;  // seconds
  std::uint32_t displaced_ = 0;

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  FdbKey some_key() { return key(below(kSegments), below(60)); }

  void learn() {
    const auto target = some_key();
    const auto from = remote_number(below(4) * below(2));  // the first one sends most
    const Vni segment = target.segment.vni;
    FdbAccount& account = accounts_.of(segment.value());
    std::optional<FdbEntry> displaced;
    const auto told = fdb_.would_learn(target, from, seconds(now_), account);
    const auto outcome = fdb_.learn(target, from, seconds(now_), account, &displaced);
    REQUIRE(told == outcome);
    const bool full = model_.entries(segment) >= model_.rules[segment].limit;
    const bool displaces = full && !model_.rows.contains(target) && model_.has_place(segment, from);
    REQUIRE(displaced.has_value() == displaces);
    if (displaced) {
      REQUIRE(displaced->key.segment.vni == segment);
      REQUIRE(displaced->remote == model_.rows.at(displaced->key).remote);
      REQUIRE(model_.may_go(displaced->key, from));
      ++displaced_;
    }
    const auto gone = displaced ? std::optional(displaced->key) : std::nullopt;
    REQUIRE(outcome == model_.learn(target, from, now_, gone));
  }
  void put() {
    FdbEntry entry{some_key(), remote_number(below(3)), static_cast<FdbState>(below(3)), FdbOrigin::kControl,
                   seconds(now_)};
    entry.sticky = entry.state == FdbState::kReachable && below(4) != 0;
    REQUIRE(fdb_.put(entry, accounts_.of(entry.key.segment.vni.value())));
    model_.put(entry, now_);
  }
  void erase() {
    const auto target = some_key();
    REQUIRE(fdb_.erase(target, accounts_.of(target.segment.vni.value())) == (model_.rows.erase(target) == 1));
  }
  void sweep() {
    REQUIRE(fdb_.sweep(seconds(now_), fdb_.bucket_count(), accounts_.lookup()) == model_.sweep(now_));
  }
  void flush() {
    const Vni segment = vni(below(kSegments));
    const auto doomed = [&](const FdbEntry& entry) {
      return entry.key.segment.vni == segment && entry.state != FdbState::kPermanent;
    };
    REQUIRE(fdb_.flush(doomed, accounts_.lookup()) == model_.flush(segment));
  }
  void change_limit() {
    const auto number = below(kSegments);
    const auto limit = 5 + below(60);
    accounts_.of(number).limit = limit;
    model_.rules[vni(number)].limit = limit;
  }
};

}  // namespace

TEST_CASE("fdb: random operations have the outcomes of a naive model") {
  const auto seed = GENERATE(range(1U, 9U));
  INFO("seed " << seed);
  Twins twins(seed);
  for (int step = 0; step < 4000; ++step) {
    INFO("step " << step);
    twins.step();
    if (step % 50 == 0) twins.compare();
  }
  twins.compare();
  CHECK(twins.displaced() > 20);
}
