#include "inspect/path_search.hpp"

#include <algorithm>
#include <optional>
#include <random>

#include "support/catch.hpp"

using namespace vxtap::inspect;
using namespace std::chrono_literals;
using Answer = ProbeResult::Answer;

namespace {

/// A path as networks are: it has an MTU, and reasons not to say so. Its clock moves by what it waits.
class ModelPath final : public ProbePath {
 public:
  struct Nature {
    std::uint32_t mtu = 1500;
    bool tells = true;           ///< a router says what fits
    bool tells_size = true;      ///< and how much that is
    bool answers = true;         ///< the remote does
    bool once_a_second = false;  ///< behind a burst of six
    double loss = 0;             ///< of probes and of answers together
    bool refuses = false;
    std::chrono::milliseconds delay = 2ms;
  };
  ModelPath(const Nature& nature, unsigned seed) : nature_(nature), random_(seed) {}

  ProbeResult probe(std::uint32_t size, std::chrono::milliseconds patience) override {
    ++probes;
    const bool lost = std::bernoulli_distribution(nature_.loss)(random_) || nature_.delay > patience;
    if (nature_.refuses) return {Answer::kRefused, 0};
    if (size > nature_.mtu && nature_.tells && !lost)
      return now_ += nature_.delay, ProbeResult{Answer::kTooBig, nature_.tells_size ? nature_.mtu : 0};
    if (size > nature_.mtu || !nature_.answers || lost || !take_token())
      return now_ += patience, ProbeResult{};
    largest = std::max(largest, size);
    now_ += nature_.delay;
    return {Answer::kArrived, 0};
  }
  void pause(std::chrono::milliseconds time) override { now_ += time; }
  std::chrono::milliseconds refill() const override { return nature_.once_a_second ? 1050ms : 0ms; }
  Clock::time_point now() override { return now_; }

  unsigned probes = 0;
  std::uint32_t largest = 0;  ///< that arrived

 private:
  bool take_token() {
    if (!nature_.once_a_second) return true;
    tokens_ = std::min(6.0, tokens_ + std::chrono::duration<double>(now_ - filled_).count());
    filled_ = now_;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

  const Nature nature_;
  std::mt19937 random_;
  Clock::time_point now_{1h};
  Clock::time_point filled_{1h};
  double tokens_ = 6;
};

struct Searched {
  SearchResult result;
  ProbePath::Clock::duration took;
  unsigned probes;
  std::uint32_t largest;
};

Searched search(const ModelPath::Nature& nature, unsigned seed = 1, const SearchRange& range = {576, 9000},
                std::chrono::milliseconds time = 4s) {
  ModelPath path(nature, seed);
  const auto begin = path.now();
  const auto result = search_path(path, range, begin + time);
  return {result, path.now() - begin, path.probes, path.largest};
}

}  // namespace

TEST_CASE("path search: what fits at once costs one probe") {
  const auto found = search({.mtu = 9000});
  CHECK(found.result.fits == 9000);
  CHECK(found.result.exact);
  CHECK(found.probes == 1);
}

TEST_CASE("path search: a router's word is taken, and tried") {
  const auto found = search({.mtu = 1400});
  CHECK(found.result.fits == 1400);
  CHECK(found.result.exact);
  CHECK_FALSE(found.result.swallowed);
  CHECK(found.probes == 2);
}

TEST_CASE("path search: a router that does not say how much fits") {
  const auto found = search({.mtu = 1471, .tells_size = false});
  CHECK(found.result.fits == 1471);
  CHECK(found.result.exact);
}

TEST_CASE("path search: every MTU is found to the byte where large packets disappear") {
  for (const std::uint32_t mtu :
       {576U, 577U, 1280U, 1281U, 1419U, 1420U, 1450U, 1499U, 1500U, 1501U, 4000U, 8999U}) {
    const auto found = search({.mtu = mtu, .tells = false});
    CAPTURE(mtu);
    CHECK(found.result.fits == mtu);
    CHECK(found.result.exact);
    CHECK(found.result.swallowed);
    CHECK(found.took < 4s);
  }
}

TEST_CASE("path search: a remote that answers nothing is given up soon") {
  for (const bool rate : {false, true}) {
    const auto found = search({.answers = false, .once_a_second = rate}, 1, {576, 1500});
    CHECK_FALSE(found.result.answered);
    CHECK_FALSE(found.result.exact);
    CHECK(found.result.fits == 0);
    CHECK(found.took < 2500ms);
  }
}

TEST_CASE("path search: a refusal is told from silence") {
  const auto found = search({.refuses = true});
  CHECK_FALSE(found.result.answered);
  CHECK(found.result.refused);
  CHECK(found.took < 1s);
}

TEST_CASE("path search: an answer a second does not make anything too big") {
  for (const std::uint32_t mtu : {1280U, 1400U, 1472U, 1500U}) {
    const auto found = search({.mtu = mtu, .tells = false, .once_a_second = true}, 1, {576, 1500}, 20s);
    CAPTURE(mtu);
    CHECK(found.result.fits == mtu);
    CHECK(found.result.exact);
  }
}

TEST_CASE("path search: whatever the path, no size is claimed that did not arrive, and it ends in time") {
  std::mt19937 random(20261121);
  const auto pick = [&](unsigned from, unsigned to) {
    return std::uniform_int_distribution<unsigned>(from, to)(random);
  };
  unsigned right = 0;
  constexpr unsigned kPaths = 2000;
  for (unsigned seed = 0; seed < kPaths; ++seed) {
    const ModelPath::Nature nature{.mtu = pick(576, 9000),
                                   .tells = pick(0, 1) == 0,
                                   .tells_size = pick(0, 3) != 0,
                                   .answers = pick(0, 9) != 0,
                                   .once_a_second = pick(0, 3) == 0,
                                   .loss = pick(0, 2) == 0 ? 0.05 : 0,
                                   .delay = std::chrono::milliseconds(pick(0, 80))};
    const auto found = search(nature, seed, {576, pick(1400, 9000)});
    CAPTURE(seed, nature.mtu, nature.tells, nature.once_a_second, nature.loss);
    REQUIRE(found.result.fits <= found.largest);
    REQUIRE(found.result.answered == (found.result.fits != 0));
    REQUIRE(found.took < 4500ms);
    REQUIRE(found.probes < 100);
    right += found.result.exact ? 1 : 0;
  }
  CHECK(right > kPaths / 2);
}

TEST_CASE("path search: exact means exact, but for losses three in a row") {
  unsigned wrong = 0;
  for (unsigned seed = 0; seed < 1000; ++seed) {
    const std::uint32_t mtu = 576 + seed * 8;
    const auto found = search({.mtu = mtu, .tells = seed % 2 == 0, .loss = 0.03}, seed);
    if (found.result.exact && found.result.fits != mtu) ++wrong;
  }
  CHECK(wrong <= 5);
}
