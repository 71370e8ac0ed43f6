#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "offload/checksum.hpp"
#include "offload/checksum_kernels.hpp"

/// Addresses and headers, one packet's payload, one superframe; each way of summing beside the one chosen.
namespace {

using namespace vxtap;

constexpr int kHeaders = 40, kPacket = 1400, kSuperframe = 65536;

void ones_complement(benchmark::State& state) {
  const std::vector<std::uint8_t> bytes(static_cast<std::size_t>(state.range(0)), 0xA5);
  for (auto _ : state) benchmark::DoNotOptimize(ones_complement_sum(bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(ones_complement)->Arg(kHeaders)->Arg(kPacket)->Arg(kSuperframe);

void kernel(benchmark::State& state, checksum::SumWords sum) {
  const std::vector<std::uint8_t> bytes(static_cast<std::size_t>(state.range(0)), 0xA5);
  for (auto _ : state) benchmark::DoNotOptimize(checksum::finish_sum(sum(bytes), 0));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

const bool kRegistered = [] {
  for (const auto& way : checksum::kernels())
    benchmark::RegisterBenchmark(way.name, kernel, way.sum)->Arg(kHeaders)->Arg(kPacket)->Arg(kSuperframe);
  return true;
}();

}  // namespace
