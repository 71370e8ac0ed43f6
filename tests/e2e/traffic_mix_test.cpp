#include <atomic>
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

  struct Way {
    unsigned number;
    std::size_t from;
    std::string to_address() const { return numbered_address(number, 1 - from); }
  };
  std::vector<Way> ways;
  for (unsigned number = 1; number <= 3; ++number)
    for (std::size_t from = 0; from < 2; ++from) ways.push_back({number, from});

  // The streams first: among the datagrams each SYN may be lost. And when a SYN-ACK finds the TAP's queue
  // full on its second way, the kernel forgets the request (net/ipv4/inet_connection_sock.c,
  // reqsk_timer_handler) and resets what the client takes for a connection.
  std::atomic<unsigned> accepted{0};
  std::vector<std::future<std::string>> streams;
  streams.reserve(ways.size());
  for (const Way& way : ways)
    streams.push_back(std::async(std::launch::async, [&wire, &accepted, way] {
      return tcp_transfer(wire.host(way.from), wire.host(1 - way.from), way.to_address(), kTcpBytes,
                          kTransferPort, &accepted);
    }));
  CHECK(eventually([&] { return accepted == ways.size(); }));
  std::deque<MixedFlow> flows;
  for (const Way& way : ways) {
    const auto port = static_cast<std::uint16_t>(7100 + 10 * way.number + way.from);
    flows.emplace_back(wire.host(way.from), wire.host(1 - way.from), way.to_address(),
                       MixedFlow::Options{.port = port, .largest = kLargest, .datagrams = 20'000});
  }
  for (auto& stream : streams) CHECK(stream.get() == "");
  for (auto& flow : flows) {
    const auto result = flow.stop();
    CHECK(result.wrong == "");
    CHECK(result.received > 0);
    CHECK(result.received <= result.sent);
  }
}
