#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "vxtap/forwarder.hpp"
#include "vxtap/vxlan_header.hpp"

/// The header's codec, and one frame through each of the two packet walks.
namespace {

using namespace vxtap;

void vxlan_encode(benchmark::State& state) {
  std::uint32_t vni = 0;
  for (auto _ : state) benchmark::DoNotOptimize(VxlanHeader(*Vni::from(vni++ & Vni::kMax)).to_bytes());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(vxlan_encode);

void vxlan_decode(benchmark::State& state) {
  auto wire = VxlanHeader(*Vni::from(42)).to_bytes();
  for (auto _ : state) {
    benchmark::DoNotOptimize(wire);
    benchmark::DoNotOptimize(VxlanHeader::parse(wire)->vni());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(vxlan_decode);

constexpr MacAddress kHere(std::array<std::uint8_t, 6>{0x02, 0, 0x0A, 0x2A, 0, 1});
constexpr MacAddress kThere(std::array<std::uint8_t, 6>{0x02, 0, 0x0A, 0x2A, 0, 2});
constexpr auto kLocal = VtepAddress::from_v4({192, 0, 2, 1});
constexpr Remote kPeer{VtepAddress::from_v4({192, 0, 2, 2}), kVxlanPort};

/// A UDP datagram of 18 bytes in IPv4 in Ethernet; its checksums are zero, nothing on the walks looks at
/// them.
std::vector<std::uint8_t> udp_frame(const MacAddress& from, const MacAddress& to) {
  std::vector<std::uint8_t> frame(14 + 20 + 8 + 18);
  std::ranges::copy(to.octets(), frame.begin());
  std::ranges::copy(from.octets(), frame.begin() + 6);
  constexpr std::array<std::uint8_t, 28> kFromTypeOn{0x08, 0x00, 0x45, 0,    0,    46,   0, 0, 0x40, 0,
                                                     64,   17,   0,    0,    10,   42,   0, 1, 10,   42,
                                                     0,    2,    0x13, 0x88, 0x13, 0x89, 0, 26};
  std::ranges::copy(kFromTypeOn, frame.begin() + 12);
  return frame;
}

/// `segments` segments, VNI n on TAP n, with kThere learned in each.
struct Network {
  explicit Network(std::size_t segments) {
    auto tap_state = std::make_shared<TapState>();
    tap_state->up = true;
    tap_state->mac = kHere.to_u64();
    tap_state->mtu = 1450;
    std::vector<Segment> list;
    for (std::size_t n = 0; n < segments; ++n) {
      Segment segment;
      segment.key = {EndpointId{0}, *Vni::from(n)};
      segment.tap = static_cast<TapId>(n);
      segment.local = kLocal;
      segment.flood_list = {kPeer};
      segment.port = kVxlanPort;
      segment.accept = SourcePolicy::of({}, {kPeer.address});
      segment.state = std::make_shared<SegmentState>(1);
      segment.tap_state = tap_state;
      fdb.learn({segment.key, kThere}, kPeer, Tick{1}, segment.state->fdb);
      list.push_back(std::move(segment));
    }
    table = SegmentTable(std::move(list));
  }

  Fdb fdb{1};
  SegmentTable table;
};

void from_tap_known_unicast(benchmark::State& state) {
  const auto segments = static_cast<std::size_t>(state.range(0));
  const Network network(segments);
  auto bytes = udp_frame(kHere, kThere);
  const Frame frame{bytes, {}};
  std::size_t tap = 0;
  for (auto _ : state) {
    const auto verdict = from_tap(network.table, network.fdb, static_cast<TapId>(tap), frame);
    if (verdict.drop || verdict.flooded)
      return state.SkipWithError("the frame was not sent to the learned remote");
    benchmark::DoNotOptimize(verdict.outer);
    if (++tap == segments) tap = 0;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(from_tap_known_unicast)->Arg(1)->Arg(4000);

void from_underlay_refresh(benchmark::State& state) {
  const auto segments = static_cast<std::size_t>(state.range(0));
  Network network(segments);
  const auto inner = udp_frame(kThere, kHere);
  std::vector<std::uint8_t> payload(kVxlanHeaderSize + inner.size());
  std::ranges::copy(inner, payload.begin() + kVxlanHeaderSize);
  const Datagram datagram{kPeer.address, 50'000, 0, payload};
  const Endpoint endpoint{EndpointId{0}, kLocal};
  std::uint32_t vni = 0;
  for (auto _ : state) {
    std::ranges::copy(VxlanHeader(*Vni::from(vni)).to_bytes(), payload.begin());
    const auto verdict = from_underlay(network.table, network.fdb, endpoint, datagram);
    if (verdict.drop) return state.SkipWithError("the frame was dropped");
    benchmark::DoNotOptimize(learn(verdict, network.fdb, Tick{2}));
    if (++vni == segments) vni = 0;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(from_underlay_refresh)->Arg(1)->Arg(4000);

}  // namespace
