#include "dataplane/tap_pump.hpp"

#include "core/vlan_tag.hpp"
#include "offload/checksum.hpp"

namespace vxtap::dataplane {

TapPump::TapPump(std::size_t shard, Fdb& fdb, const PortMap& ports, Events& events)
    : fdb_(fdb),
      counters_(shard),
      protocols_(events, counters_),
      paths_(ports, counters_),
      outbound_(ports, events, counters_) {}

std::size_t TapPump::pump(const SegmentTable& segments, TapId id, TapPort& tap, TimePoint now) {
  std::size_t packets = 0;
  const auto frames = std::span(frames_).first(tap.read(frames_));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (i + kExpectAhead < frames.size()) expect_from_tap(segments, fdb_, id, frames[i + kExpectAhead]);
    const Frame& frame = frames[i];
    packets += frame.packets();
    TapVerdict verdict = vxtap::from_tap(segments, fdb_, id, frame);
    // An answer comes before the question where to forward to.
    const bool whole = verdict.segment != nullptr && verdict.drop != DropReason::kTapRunt;
    if (whole && protocols_.from_tap(*verdict.segment, frame, tap, now)) continue;
    const auto drop = verdict.drop ? verdict.drop : forward(verdict, frame, tap, now);
    if (drop) counters_.drop(verdict.segment, *drop, frame.packets());
  }
  outbound_.flush();
  return packets;
}

/// What the tables let pass. Empty also for what was counted on the way.
std::optional<DropReason> TapPump::forward(TapVerdict& verdict, Frame frame, TapPort& tap, TimePoint now) {
  if (verdict.tagged) frame = untagged(frame);
  if (verdict.flooded && !verdict.segment->state->storm.of(*verdict.flooded).take(frame.packets(), now))
    return DropReason::kStormControl;
  if (!paths_.admit(verdict, frame, tap, now)) return std::nullopt;
  const bool plain = frame.offload.gso == FrameOffload::Gso::kNone;
  const bool complete = !plain || !frame.offload.needs_checksum || finish_checksum(frame);
  // Shorter than the headers that its own offload names.
  if (!complete || !outbound_.add(verdict, frame)) return DropReason::kTapRunt;
  return std::nullopt;
}

}  // namespace vxtap::dataplane
