#include "vxtapd/observations.hpp"

#include "support/catch.hpp"
#include "unit/vxtapd/capture_rig.hpp"

using namespace vxtap;
using daemon::Observations;

namespace {

const SegmentKey kBlue{0, *Vni::from(100)};

daemon::State state_with(std::uint64_t sent, std::uint64_t received,
                         const std::shared_ptr<SegmentState>& counts) {
  auto state = test::state_of({{.vni = 100}}, "192.0.2.1");
  counts->counters[0].tx.packets.add(sent);
  counts->counters[0].rx.packets.add(received);
  state.segments[0].state = counts;
  state.segments[0].config.peers.remotes = {{test::address("192.0.2.2"), 4789}};
  return state;
}

}  // namespace

TEST_CASE("observations: the latest who was refused, by segment and of unknown VNIs") {
  Observations observations;
  CHECK_FALSE(observations.stranger(kBlue));
  CHECK_FALSE(observations.stranger(std::nullopt));
  observations.saw(daemon::StrangerEvent{kBlue, kBlue.vni, {test::address("192.0.2.3"), 1}});
  observations.saw(daemon::StrangerEvent{kBlue, kBlue.vni, {test::address("192.0.2.4"), 1}});
  CHECK(observations.stranger(kBlue)->source == test::address("192.0.2.4"));
  CHECK_FALSE(observations.stranger(std::nullopt));
  observations.saw(daemon::StrangerEvent{{}, *Vni::from(43), {test::address("192.0.2.5"), 1}});
  CHECK(observations.stranger(std::nullopt)->source == test::address("192.0.2.5"));
  CHECK(observations.stranger(std::nullopt)->vni == *Vni::from(43));
  CHECK(observations.stranger(kBlue)->source == test::address("192.0.2.4"));
}

TEST_CASE("observations: what no segment of a trunk carries") {
  Observations observations;
  CHECK(observations.unmapped(1).frames.total == 0);
  observations.saw(daemon::UnmappedEvent{1, 7, *MacAddress::parse("02:00:00:00:00:01")});
  observations.saw(daemon::UnmappedEvent{1, 0, *MacAddress::parse("02:00:00:00:00:02")});
  CHECK(observations.unmapped(1).frames.total == 2);
  CHECK(observations.unmapped(1).vid == 0);
  CHECK(observations.unmapped(1).source == *MacAddress::parse("02:00:00:00:00:02"));
  CHECK(observations.unmapped(2).frames.total == 0);
}

TEST_CASE("observations: traffic since the start, or since a segment has other peers") {
  Observations observations;
  const auto counts = std::make_shared<SegmentState>(1);
  const auto first = state_with(1000, 500, counts);  // inherited
  observations.begin_anew({}, first);
  CHECK(observations.traffic(first.segments[0]).sent == 0);
  const auto same = state_with(7, 3, counts);
  observations.begin_anew(first, same);
  CHECK(observations.traffic(same.segments[0]).sent == 7);
  CHECK(observations.traffic(same.segments[0]).received == 3);
  auto other = state_with(1, 1, counts);
  other.segments[0].config.peers.remotes = {{test::address("192.0.2.9"), 4789}};
  observations.begin_anew(same, other);
  CHECK(observations.traffic(other.segments[0]).received == 0);
}
