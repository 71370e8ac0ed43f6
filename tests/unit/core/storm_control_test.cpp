// The token bucket against one that counts in whole tokens and remembers everything.
#include "vxtap/storm_control.hpp"

#include <algorithm>
#include <random>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace vxtap;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart{std::chrono::hours(7)};

std::uint64_t passed(TokenBucket& bucket, std::uint64_t attempts, TimePoint now) {
  std::uint64_t count = 0;
  for (std::uint64_t i = 0; i < attempts; ++i) count += bucket.take(1, now) ? 1 : 0;
  return count;
}

/// The definition: tokens come with time up to a burst; a taker needs a part of one and takes what it takes.
struct Model {
  double rate, burst;
  double tokens = burst;
  TimePoint last = kStart;

  bool take(std::uint64_t packets, TimePoint now) {
    tokens = std::min(burst, tokens + rate * std::chrono::duration<double>(now - last).count());
    last = now;
    if (tokens <= 1e-6) return false;
    tokens -= static_cast<double>(packets);
    return true;
  }
};

}  // namespace

TEST_CASE("storm control: a bucket without a rate lets everything pass") {
  TokenBucket bucket;
  CHECK(passed(bucket, 100000, kStart) == 100000);
}

TEST_CASE("storm control: a burst is a tenth of a second's worth, or ten, or a second's worth") {
  struct Case {
    std::uint32_t rate;
    std::uint64_t burst;
  };
  for (const auto& [rate, burst] :
       {Case{1000, 100}, Case{100, 10}, Case{20, 10}, Case{10, 10}, Case{3, 3}, Case{1, 1}}) {
    TokenBucket bucket;
    bucket.set_rate(rate);
    INFO("rate " << rate);
    CHECK(passed(bucket, 1000, kStart) == burst);
    CHECK(passed(bucket, 1000, kStart) == 0);
  }
}

TEST_CASE("storm control: over ten seconds of flood the rate holds") {
  TokenBucket bucket;
  bucket.set_rate(1000);
  std::uint64_t count = 0;
  for (auto now = kStart; now < kStart + 10s; now += 100us) count += bucket.take(1, now) ? 1 : 0;
  CHECK(count >= 10000);
  CHECK(count <= 10100);
}

TEST_CASE("storm control: a superframe passes whole and is made up for") {
  TokenBucket bucket;
  bucket.set_rate(1000);
  CHECK(bucket.take(500, kStart));
  CHECK_FALSE(bucket.take(1, kStart + 399ms));
  CHECK(bucket.take(1, kStart + 402ms));
}

TEST_CASE("storm control: behaves as the model, whatever the gaps and sizes") {
  std::mt19937 random(42);
  for (const std::uint32_t rate : {50U, 400U, 12500U}) {
    TokenBucket bucket;
    bucket.set_rate(rate);
    Model model{.rate = double(rate), .burst = std::max(rate / 10.0, 10.0)};
    std::uint64_t differences = 0;
    auto now = kStart;
    for (int i = 0; i < 20000; ++i) {
      now += std::chrono::microseconds(random() % (4'000'000 / rate));
      const std::uint64_t packets = random() % 8 == 0 ? random() % 44 + 1 : 1;
      differences += bucket.take(packets, now) != model.take(packets, now) ? 1 : 0;
    }
    INFO("rate " << rate);
    CHECK(differences == 0);
  }
}

TEST_CASE("storm control: threads share one budget") {
  TokenBucket bucket;
  bucket.set_rate(10000);
  std::atomic<std::uint64_t> count{0};
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { count += passed(bucket, 5000, kStart); });
  for (auto& thread : threads) thread.join();
  CHECK(count == 1000);
}

TEST_CASE("token bucket: would_take() says what take() does next, and takes nothing") {
  std::mt19937 dice(3);
  TokenBucket bucket;
  CHECK(bucket.would_take(kStart));
  bucket.set_rate(50);
  TimePoint now = kStart;
  for (int i = 0; i < 10000; ++i) {
    const bool would = bucket.would_take(now);
    for (int again = 0; again < 20; ++again) REQUIRE(bucket.would_take(now) == would);
    REQUIRE(bucket.take(1 + dice() % 3, now) == would);
    now += std::chrono::milliseconds(dice() % 60);
  }
}
