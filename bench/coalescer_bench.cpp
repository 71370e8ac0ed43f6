#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/inner_ip.hpp"
#include "offload/checksum.hpp"
#include "offload/coalescer.hpp"

/// One wake's batch joined: time is per packet. Headers that a run rewrote are put back before the next
/// batch, which is a copy of one header per run.
namespace {

using namespace vxtap;

struct Train {
  bool tcp = true;
  std::size_t payload = 0;
  std::size_t packets = 0;  ///< of each flow
  std::size_t flows = 1;    ///< which take turns
};

constexpr std::size_t kL4 = 34;

/// A packet of IPv4 in Ethernet, checksums complete.
std::vector<std::uint8_t> packet_of(const Train& train, std::size_t flow, std::size_t i) {
  const std::size_t l4_header = train.tcp ? 32 : 8;
  std::vector<std::uint8_t> packet(kL4 + l4_header + train.payload, 0xA5);
  constexpr std::array<std::uint8_t, kL4> kHeaders{0x02, 0, 0x0A, 0x2A, 0, 2, 0x02, 0,  0x0A, 0x2A, 0,    1,
                                                   0x08, 0, 0x45, 0,    0, 0, 0,    0,  0x40, 0,    0x40, 0,
                                                   0,    0, 10,   42,   0, 1, 10,   42, 0,    2};
  std::ranges::copy(kHeaders, packet.begin());
  const MutableBytes bytes(packet);
  store_be(bytes, 16, static_cast<std::uint16_t>(packet.size() - 14));
  store_be(bytes, 18, static_cast<std::uint16_t>(i));
  store_be(bytes, 23, train.tcp ? kProtocolTcp : kProtocolUdp);
  store_be(bytes, 24, static_cast<std::uint16_t>(~ones_complement_sum(bytes.subspan(14, 20))));
  const MutableBytes l4 = bytes.subspan(kL4);
  std::ranges::fill(l4.first(l4_header), std::uint8_t{0});
  store_be(l4, 0, static_cast<std::uint32_t>(0x13880000 + flow));
  if (train.tcp) {
    constexpr std::array<std::uint8_t, 12> kTimestamps{1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
    store_be(l4, kTcpSequence, static_cast<std::uint32_t>(i * train.payload));
    store_be(l4, kTcpDataOffset, std::uint16_t{0x8010});
    std::ranges::copy(kTimestamps, l4.begin() + kTcpMinimum);
  } else {
    store_be(l4, kUdpLength, static_cast<std::uint16_t>(l4.size()));
  }
  const auto rest = static_cast<std::uint32_t>(l4.size()) + packet[23];
  const std::uint16_t sum = ones_complement_sum(bytes.subspan(26), rest);
  store_be(l4, train.tcp ? kTcpChecksum : kUdpChecksum, l4_checksum(sum));
  return packet;
}

void coalesce(benchmark::State& state, const Train& train) {
  std::vector<std::vector<std::uint8_t>> packets;
  for (std::size_t i = 0; i < train.packets; ++i)
    for (std::size_t flow = 0; flow < train.flows; ++flow) packets.push_back(packet_of(train, flow, i));
  const std::vector<std::vector<std::uint8_t>> originals(
      packets.begin(), packets.begin() + static_cast<std::ptrdiff_t>(train.flows));
  const std::size_t headers = packets[0].size() - train.payload;
  Coalescer coalescer(1024);
  for (auto _ : state) {
    for (auto& packet : packets) coalescer.add(0, packet, {});
    const auto runs = coalescer.finish();
    if (runs.size() != train.flows) return state.SkipWithError("not all were joined");
    benchmark::DoNotOptimize(runs.data());
    coalescer.clear();
    for (std::size_t flow = 0; flow < train.flows; ++flow)
      std::copy_n(originals[flow].begin(), headers, packets[flow].begin());
  }
  const auto all = static_cast<std::int64_t>(packets.size());
  state.SetItemsProcessed(state.iterations() * all);
  state.counters["per_packet"] =
      benchmark::Counter(static_cast<double>(state.iterations() * all),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(coalesce, tcp_45_of_1398, Train{.tcp = true, .payload = 1398, .packets = 45});
BENCHMARK_CAPTURE(coalesce, udp_64_of_18, Train{.tcp = false, .payload = 18, .packets = 64});
BENCHMARK_CAPTURE(coalesce, udp_40_of_1372, Train{.tcp = false, .payload = 1372, .packets = 40});
BENCHMARK_CAPTURE(coalesce, tcp_4_flows_in_turn,
                  Train{.tcp = true, .payload = 1398, .packets = 16, .flows = 4});

/// What of it is the sum alone, over the same bytes.
void checksum_of_1398(benchmark::State& state) {
  const std::vector<std::uint8_t> bytes = packet_of({.tcp = true, .payload = 1398}, 0, 0);
  for (auto _ : state) benchmark::DoNotOptimize(ones_complement_sum(BytesView(bytes).subspan(26)));
}
BENCHMARK(checksum_of_1398);

}  // namespace
