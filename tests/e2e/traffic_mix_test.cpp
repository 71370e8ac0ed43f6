#include <deque>
#include <future>

#include "lab/many_segments.hpp"
#include "lab/mixed_flow.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

constexpr std::uint64_t kTcpBytes = 20'000'000;
constexpr std::size_t kLargest = 1450 - 28;

std::string mix_config(std::size_t self, unsigned workers) {
  const std::string peers = "mode: unicast, remote: " + underlay_address(1 - self, Family::kIpv4);
  return "workers: " + std::to_string(workers) + "\n" +
         numbered_config({{1, peers}, {2, peers}, {3, peers}}, self);
}

}  // namespace

TEST_CASE("traffic mix: UDP of all sizes and TCP in three segments at full rate stay in order and whole") {
  const bool tx_offload = GENERATE(true, false);
  const unsigned workers = GENERATE(1U, 3U);
  CAPTURE(tx_offload, workers);
  Wire wire(2, {.tx_offload = tx_offload});
  Vxtapd near(wire.host(0), mix_config(0, workers));
  Vxtapd far(wire.host(1), mix_config(1, workers));
  for (unsigned number = 1; number <= 3; ++number)
    REQUIRE(reaches(wire.host(0), numbered_address(number, 1)));

  std::deque<MixedFlow> flows;
  std::vector<std::future<std::string>> streams;
  for (unsigned number = 1; number <= 3; ++number) {
    for (std::size_t from = 0; from < 2; ++from) {
      const std::string to_address = numbered_address(number, 1 - from);
      Host& sender = wire.host(from);
      Host& receiver = wire.host(1 - from);
      const auto port = static_cast<std::uint16_t>(7100 + 10 * number + from);
      flows.emplace_back(sender, receiver, to_address, MixedFlow::Options{.port = port, .largest = kLargest});
      streams.push_back(std::async(std::launch::async, [&sender, &receiver, to_address] {
        return tcp_transfer(sender, receiver, to_address, kTcpBytes);
      }));
    }
  }
  for (auto& stream : streams) CHECK(stream.get() == "");
  for (auto& flow : flows) {
    const auto result = flow.stop();
    CHECK(result.wrong == "");
    CHECK(result.received > 0);
    CHECK(result.received <= result.sent);
  }
}
