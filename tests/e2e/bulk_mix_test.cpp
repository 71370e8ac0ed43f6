#include <deque>
#include <future>
#include <initializer_list>

#include "lab/mixed_flow.hpp"
#include "lab/traffic.hpp"
#include "lab/tunnel.hpp"
#include "support/catch.hpp"

// Ten times bulk_test.cpp's over four connections at once beside UDP of all sizes. Long: label `bulk`.

using namespace vxtap::lab;

namespace {

constexpr std::uint64_t kBytes = std::uint64_t{VXTAP_TEST_BULK_MEGABYTES} * 10'000'000;
constexpr unsigned kConnections = 4;
/// Far more than are sent beside the streams: the flows end with them.
constexpr std::uint64_t kEndless = 1'000'000'000;

}  // namespace

TEST_CASE("bulk: four connections between two vxtapd beside UDP of all sizes") {
  Tunnel tunnel(Peer::kVxtapd);
  REQUIRE(reaches(tunnel.near(), "10.42.0.2"));

  std::deque<MixedFlow> flows;
  for (const auto port : std::initializer_list<std::uint16_t>{7100, 7101, 7102})
    flows.emplace_back(
        tunnel.near(), tunnel.far(), "10.42.0.2",
        MixedFlow::Options{.port = port, .largest = 1450 - 28, .datagrams = kEndless, .burst = 16});
  std::vector<std::future<std::string>> streams;
  for (unsigned i = 0; i < kConnections; ++i)
    streams.push_back(std::async(std::launch::async, [&tunnel, i] {
      return tcp_transfer(tunnel.near(), tunnel.far(), "10.42.0.2", kBytes / kConnections,
                          static_cast<std::uint16_t>(kTransferPort + i));
    }));

  for (auto& stream : streams) CHECK(stream.get() == "");
  for (auto& flow : flows) {
    const auto result = flow.stop();
    CHECK(result.wrong == "");
    CHECK(result.received > 0);
  }
}
