#include "dataplane/underlay_pump.hpp"

#include <algorithm>

#include "dataplane/probes.hpp"

namespace vxtap::dataplane {

UnderlayPump::UnderlayPump(std::size_t shard, Fdb& fdb, const PortMap& ports, Events& events)
    : fdb_(fdb),
      events_(events),
      counters_(shard),
      protocols_(events, counters_),
      deliveries_(ports, events, counters_) {}

namespace {

/// The kernel's copy of a train has long left the first-level cache when its end is looked at. Two lines hold
/// all headers of most packets.
void fetch_headers(BytesView payload) noexcept {
  constexpr std::size_t kLine = 64;
  if (payload.size() < 2 * kLine) return;
  __builtin_prefetch(payload.data());
  __builtin_prefetch(payload.data() + kLine);
}

}  // namespace

std::size_t UnderlayPump::pump(const SegmentTable& segments, const Endpoint& endpoint, Underlay& underlay,
                               TimePoint now) {
  std::size_t packets = 0;
  const auto received = std::span(datagrams_).first(underlay.receive(datagrams_));
  for (std::size_t i = 0; i < received.size(); ++i) {
    if (i + kExpectAhead < received.size()) expect_from_underlay(fdb_, endpoint, received[i + kExpectAhead]);
    const Datagram& arrived = received[i];
    const std::size_t size = arrived.train_size != 0 ? arrived.train_size : arrived.payload.size();
    Datagram datagram = arrived;
    datagram.train_size = 0;
    MutableBytes rest = arrived.payload;
    UnderlayVerdict verdict;
    std::array<std::uint8_t, kAlikeHeaders> before;  // copied: delivery to a trunk writes its tag there
    bool comparable = false;
    do {
      ++packets;
      datagram.payload = rest.first(std::min(size, rest.size()));
      rest = rest.subspan(datagram.payload.size());
      fetch_headers(rest);
      if (comparable && begin_alike(before, datagram.payload)) {
        verdict = from_underlay_again(verdict, datagram);
      } else {
        verdict = vxtap::from_underlay(segments, fdb_, endpoint, datagram);
        teach(verdict, datagram, now);
      }
      comparable = !verdict.drop && verdict.learning.step != Learning::Step::kLearn && !rest.empty();
      if (comparable) std::copy_n(datagram.payload.begin(), kAlikeHeaders, before.begin());
      settle(segments, endpoint, verdict, datagram, now);
    } while (!rest.empty());
  }
  deliveries_.flush();
  return packets;
}

void UnderlayPump::settle(const SegmentTable& segments, const Endpoint& endpoint,
                          const UnderlayVerdict& verdict, const Datagram& datagram, TimePoint now) {
  const bool withheld =
      !verdict.drop && !protocols_.from_underlay(*verdict.segment, datagram.source, verdict.inner, now);
  probe_receive(verdict, datagram);
  if (events_.wants(verdict.drop.has_value())) [[unlikely]]  // delivery changes the bytes
    events_.saw(FromUnderlay{endpoint, datagram, verdict, withheld});
  if (verdict.drop) {
    counters_.drop(verdict.segment, *verdict.drop, 1);
    if (*verdict.drop == DropReason::kVniUnknown || *verdict.drop == DropReason::kSourceNotAccepted)
      events_.stranger_heard(verdict.segment, datagram);
    if (*verdict.drop == DropReason::kOwnMac) events_.own_mac_seen(*verdict.segment, datagram.source);
  } else if (!withheld) {
    deliveries_.add(segments, *verdict.segment, verdict.inner);
  }
}

void UnderlayPump::teach(UnderlayVerdict& verdict, const Datagram& datagram, TimePoint now) noexcept {
  std::optional<FdbEntry> displaced;
  const auto outcome = learn(verdict, fdb_, to_tick(now), &displaced);
  verdict.learning.outcome = outcome;
  if (!outcome) return;
  const Learning& learning = verdict.learning;
  if (displaced) events_.mac_displaced(*verdict.segment, displaced->key.mac, displaced->remote);
  if (*outcome == LearnOutcome::kLearned) {
    probe_learn(*verdict.segment, learning.source, learning.remote);
    events_.mac_learned(*verdict.segment, learning.source, learning.remote);
  } else if (*outcome == LearnOutcome::kMoved) {
    probe_move(*verdict.segment, learning.source, learning.before, learning.remote);
    events_.mac_moved(*verdict.segment, learning.source, learning.before, learning.remote);
  } else if (*outcome == LearnOutcome::kDamped) {
    events_.mac_held(*verdict.segment, learning.source, learning.before, datagram.source);
  } else if (*outcome == LearnOutcome::kFull) {
    counters_.of(*verdict.segment).fdb_full.add(1);
  }
}

}  // namespace vxtap::dataplane
