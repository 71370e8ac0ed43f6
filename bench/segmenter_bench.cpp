#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "offload/segmenter.hpp"

/// One superframe of TCP over IPv4, as large as a train holds, into headers in front of payload slices.
namespace {

using namespace vxtap;

constexpr std::size_t kHeaders = 14 + 20 + 32;  // Ethernet, IPv4, TCP with timestamps
constexpr std::array<std::uint8_t, kHeaders> kTcpV4{
    0x02, 0,    0x0A, 0x2A, 0, 2, 0x02, 0, 0x0A, 0x2A, 0, 1, 0x08, 0x00,  // Ethernet
    0x45, 0,    0,    0,    0, 1, 0x40, 0, 64,   6,    0, 0, 10,   42,   0,    1,    10, 42, 0, 2,  // IPv4
    0x13, 0x89, 0xC0, 0x00, 0, 0, 0,    1, 0,    0,    0, 1, 0x80, 0x18, 0x01, 0xF6, 0,  0,  0, 0,  // TCP
    1,    1,    8,    10,   0, 0, 0,    1, 0,    0,    0, 2};

FrameOffload offload_of(std::uint16_t segment_size) {
  return {.needs_checksum = true,
          .checksum_start = 34,
          .checksum_offset = 16,
          .gso = FrameOffload::Gso::kTcpV4,
          .segment_size = segment_size,
          .header_size = kHeaders};
}

/// Every packet's headers to a place of its own, as a train needs them.
void superframe(benchmark::State& state) {
  const auto payload_size = static_cast<std::size_t>(state.range(0));
  const auto offload = offload_of(static_cast<std::uint16_t>(state.range(1)));
  std::vector<std::uint8_t> frame(kHeaders + payload_size, 0xA5);
  std::copy(kTcpV4.begin(), kTcpV4.end(), frame.begin());
  const BytesView payload = BytesView(frame).subspan(kHeaders);
  std::vector<std::uint8_t> scratch(128 * kHeaders);
  for (auto _ : state) {
    const auto segmenter = Segmenter::of(BytesView(frame).first(kHeaders), offload, payload.size());
    if (!segmenter) return state.SkipWithError("refused");
    for (std::size_t i = 0; i < segmenter->count(); ++i) {
      const BytesView slice = payload.subspan(segmenter->payload_offset(i), segmenter->payload_length(i));
      segmenter->write_headers(i, slice, MutableBytes(scratch).subspan(i * kHeaders, kHeaders));
    }
    benchmark::DoNotOptimize(scratch.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
// The last is all headers: what the segmenter costs without the sum.
BENCHMARK(superframe)
    ->ArgNames({"payload", "segment"})
    ->Args({64000, 1398})
    ->Args({2796, 1398})
    ->Args({46, 1});

}  // namespace
