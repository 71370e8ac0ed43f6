#include "dataplane/pump.hpp"

#include <algorithm>

#include "offload/checksum.hpp"

namespace vxtap::dataplane {

Pump::Pump(std::size_t worker, Fdb& fdb, const PortMap& ports, Events& events)
    : fdb_(fdb),
      events_(events),
      counters_(worker),
      outbound_(ports, events, counters_),
      deliveries_(ports, events, counters_) {}

std::size_t Pump::from_tap(const SegmentTable& segments, TapId id, TapPort& tap) {
  std::size_t packets = 0;
  for (Frame& frame : std::span(frames_).first(tap.read(frames_))) {
    packets += frame.packets();
    const TapVerdict verdict = vxtap::from_tap(segments, fdb_, id, frame);
    if (verdict.drop) {
      counters_.drop(verdict.segment, *verdict.drop, frame.packets());
      continue;
    }
    const bool plain = frame.offload.gso == FrameOffload::Gso::kNone;
    const bool complete = !plain || !frame.offload.needs_checksum || finish_checksum(frame);
    // Shorter than the headers that its own offload names.
    if (!complete || !outbound_.add(verdict, frame))
      counters_.drop(verdict.segment, DropReason::kTapRunt, frame.packets());
  }
  outbound_.flush();
  return packets;
}

std::size_t Pump::from_underlay(const SegmentTable& segments, const Endpoint& endpoint, Underlay& underlay,
                                TimePoint now) {
  std::size_t packets = 0;
  for (const Datagram& arrived : std::span(datagrams_).first(underlay.receive(datagrams_))) {
    const std::size_t size = arrived.train_size != 0 ? arrived.train_size : arrived.payload.size();
    Datagram datagram = arrived;
    datagram.train_size = 0;
    MutableBytes rest = arrived.payload;
    UnderlayVerdict verdict;
    BytesView before;
    do {
      ++packets;
      datagram.payload = rest.first(std::min(size, rest.size()));
      rest = rest.subspan(datagram.payload.size());
      if (!before.empty() && begin_alike(before, datagram.payload)) {
        verdict = from_underlay_again(verdict, datagram);
      } else {
        verdict = vxtap::from_underlay(segments, fdb_, endpoint, datagram);
        teach(verdict, datagram, now);
      }
      settle(segments, verdict, datagram);
      const bool settled = !verdict.drop && verdict.learning.step != Learning::Step::kLearn;
      before = settled ? BytesView(datagram.payload) : BytesView{};
    } while (!rest.empty());
  }
  deliveries_.flush();
  return packets;
}

void Pump::settle(const SegmentTable& segments, const UnderlayVerdict& verdict, const Datagram& datagram) {
  if (!verdict.drop) {
    deliveries_.add(segments, *verdict.segment, verdict.inner);
    return;
  }
  counters_.drop(verdict.segment, *verdict.drop, 1);
  if (*verdict.drop == DropReason::kOwnMac) events_.own_mac_seen(*verdict.segment, datagram.source);
}

void Pump::teach(const UnderlayVerdict& verdict, const Datagram& datagram, TimePoint now) noexcept {
  const auto outcome = learn(verdict, fdb_, to_tick(now));
  if (!outcome) return;
  if (*outcome == LearnOutcome::kMoved)
    events_.mac_moved(*verdict.segment, verdict.learning.source, datagram.source);
  else if (*outcome == LearnOutcome::kDamped)
    events_.mac_held(*verdict.segment, verdict.learning.source, datagram.source);
  else if (*outcome == LearnOutcome::kFull)
    counters_.of(*verdict.segment).fdb_full.add(1);
}

}  // namespace vxtap::dataplane
