#include "core/fdb_remotes.hpp"

#include <set>

#include "fdb_values.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {
const SegmentKey kRed{.endpoint = 0, .vni = vni(100)};
const SegmentKey kBlue{.endpoint = 0, .vni = vni(200)};
constexpr auto kReachable = FdbRemotes::Hold::kReachable;
constexpr auto kPinned = FdbRemotes::Hold::kPinned;

struct Counts {
  std::uint32_t held, remotes, total;
  bool operator==(const Counts&) const = default;
};
Counts standing(const FdbRemotes& remotes, const SegmentKey& segment, const char* of) {
  const auto counts = remotes.standing(segment, remote(of).address);
  return {counts.held, counts.remotes, counts.total};
}
}  // namespace

TEST_CASE("fdb remotes: one number for each remote of a segment") {
  FdbRemotes remotes;
  const auto first = remotes.acquire(kRed, remote("192.0.2.1"), kPinned);
  REQUIRE(first);
  CHECK(remotes.acquire(kRed, remote("192.0.2.1"), kPinned) == first);
  const std::set numbers{*first, remotes.acquire(kRed, remote("192.0.2.2"), kPinned).value(),
                         remotes.acquire(kRed, remote("192.0.2.1", 8472), kPinned).value(),
                         remotes.acquire(kBlue, remote("192.0.2.1"), kPinned).value()};
  CHECK(numbers.size() == 4);
}

TEST_CASE("fdb remotes: a number reads back as its remote") {
  FdbRemotes remotes;
  const Remote v6 = remote("2001:db8:fedc:ba98:7654:3210:f:1", 1);
  const auto four = remotes.acquire(kRed, remote("255.254.253.252", 65535), kPinned).value();
  const auto six = remotes.acquire(kRed, v6, kPinned).value();
  CHECK(remotes.read(four) == remote("255.254.253.252", 65535));
  CHECK(remotes.read(six) == v6);
}

TEST_CASE("fdb remotes: a number is free again only when all have let go") {
  FdbRemotes remotes;
  const auto number = remotes.acquire(kRed, remote("192.0.2.1"), kPinned).value();
  remotes.acquire(kRed, remote("192.0.2.1"), kPinned);
  remotes.release(number, kPinned);
  CHECK(remotes.acquire(kRed, remote("192.0.2.2"), kPinned) != number);
  CHECK(remotes.read(number) == remote("192.0.2.1"));
  remotes.release(number, kPinned);
  CHECK(remotes.acquire(kRed, remote("192.0.2.3"), kPinned) == number);
  CHECK(remotes.read(number) == remote("192.0.2.3"));
}

TEST_CASE("fdb remotes: coming and going does not use numbers up") {
  FdbRemotes remotes;
  const auto anchor = remotes.acquire(kRed, remote_number(0), kPinned).value();
  const auto memory = remotes.memory_bytes();
  for (std::uint32_t i = 1; i < 20'000; ++i)
    remotes.release(remotes.acquire(kRed, remote_number(i), kPinned).value(), kPinned);
  CHECK(remotes.memory_bytes() == memory);
  CHECK(remotes.read(anchor) == remote_number(0));
}

TEST_CASE("fdb remotes: many at once keep their values") {
  constexpr std::uint32_t kMany = 10'000;
  FdbRemotes remotes;
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < kMany; ++i)
    numbers.push_back(remotes.acquire(kRed, remote_number(i), kPinned).value());
  CHECK(std::set(numbers.begin(), numbers.end()).size() == kMany);
  std::uint32_t wrong = 0;
  for (std::uint32_t i = 0; i < kMany; ++i) wrong += remotes.read(numbers[i]) != remote_number(i) ? 1U : 0U;
  CHECK(wrong == 0);
}

TEST_CASE("fdb remotes: a stale number reads as something, never beyond the memory") {
  const FdbRemotes remotes;
  CHECK(remotes.read(0) == Remote{});
  CHECK(remotes.read(0xFFFFFF) == Remote{});
}

TEST_CASE("fdb remotes: reachable entries are counted by address and segment, whatever the port") {
  FdbRemotes remotes;
  CHECK(standing(remotes, kRed, "192.0.2.1") == Counts{0, 0, 0});
  const auto first = remotes.acquire(kRed, remote("192.0.2.1"), kReachable).value();
  const auto other_port = remotes.acquire(kRed, remote("192.0.2.1", 8472), kReachable).value();
  const auto second = remotes.acquire(kRed, remote("192.0.2.2"), kReachable).value();
  remotes.acquire(kRed, remote("192.0.2.3"), kPinned);
  remotes.acquire(kBlue, remote("192.0.2.1"), kReachable);
  CHECK(standing(remotes, kRed, "192.0.2.1") == Counts{2, 2, 3});
  CHECK(standing(remotes, kRed, "192.0.2.3") == Counts{0, 2, 3});
  CHECK(standing(remotes, kBlue, "192.0.2.1") == Counts{1, 1, 1});
  CHECK(remotes.held_behind(first) == 2);
  CHECK(remotes.held_behind(second) == 1);

  remotes.release(other_port, kReachable);
  CHECK(standing(remotes, kRed, "192.0.2.1") == Counts{1, 2, 2});
  remotes.release(first, kReachable);
  CHECK(standing(remotes, kRed, "192.0.2.1") == Counts{0, 1, 1});
  CHECK(remotes.held_behind(first) == 0);
}

TEST_CASE("fdb remotes: nothing is behind a number that stands for nobody") {
  FdbRemotes remotes;
  CHECK(remotes.held_behind(0) == 0);
  CHECK(remotes.held_behind(0xFFFFFF) == 0);
  const auto number = remotes.acquire(kRed, remote("192.0.2.1"), kReachable).value();
  remotes.release(number, kReachable);
  CHECK(remotes.held_behind(number) == 0);
}
