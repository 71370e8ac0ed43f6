#include "core/fdb_remotes.hpp"

#include <set>

#include "fdb_values.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {
const SegmentKey kRed{.endpoint = 0, .vni = vni(100)};
const SegmentKey kBlue{.endpoint = 0, .vni = vni(200)};
}  // namespace

TEST_CASE("fdb remotes: one number for each remote of a segment") {
  FdbRemotes remotes;
  const auto first = remotes.acquire(kRed, remote("192.0.2.1"));
  REQUIRE(first);
  CHECK(remotes.acquire(kRed, remote("192.0.2.1")) == first);
  const std::set numbers{*first, remotes.acquire(kRed, remote("192.0.2.2")).value(),
                         remotes.acquire(kRed, remote("192.0.2.1", 8472)).value(),
                         remotes.acquire(kBlue, remote("192.0.2.1")).value()};
  CHECK(numbers.size() == 4);
}

TEST_CASE("fdb remotes: a number reads back as its remote") {
  FdbRemotes remotes;
  const Remote v6 = remote("2001:db8:fedc:ba98:7654:3210:f:1", 1);
  const auto four = remotes.acquire(kRed, remote("255.254.253.252", 65535)).value();
  const auto six = remotes.acquire(kRed, v6).value();
  CHECK(remotes.read(four) == remote("255.254.253.252", 65535));
  CHECK(remotes.read(six) == v6);
}

TEST_CASE("fdb remotes: a number is free again only when all have let go") {
  FdbRemotes remotes;
  const auto number = remotes.acquire(kRed, remote("192.0.2.1")).value();
  remotes.acquire(kRed, remote("192.0.2.1"));
  remotes.release(number);
  CHECK(remotes.acquire(kRed, remote("192.0.2.2")) != number);
  CHECK(remotes.read(number) == remote("192.0.2.1"));
  remotes.release(number);
  CHECK(remotes.acquire(kRed, remote("192.0.2.3")) == number);
  CHECK(remotes.read(number) == remote("192.0.2.3"));
}

TEST_CASE("fdb remotes: coming and going does not use numbers up") {
  FdbRemotes remotes;
  const auto anchor = remotes.acquire(kRed, remote_number(0)).value();
  const auto memory = remotes.memory_bytes();
  for (std::uint32_t i = 1; i < 20'000; ++i) remotes.release(remotes.acquire(kRed, remote_number(i)).value());
  CHECK(remotes.memory_bytes() == memory);
  CHECK(remotes.read(anchor) == remote_number(0));
}

TEST_CASE("fdb remotes: many at once keep their values") {
  constexpr std::uint32_t kMany = 10'000;
  FdbRemotes remotes;
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < kMany; ++i)
    numbers.push_back(remotes.acquire(kRed, remote_number(i)).value());
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
