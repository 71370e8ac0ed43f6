#include "dataplane/tap_pump.hpp"

#include "offload/checksum.hpp"

namespace vxtap::dataplane {

TapPump::TapPump(std::size_t shard, Fdb& fdb, const PortMap& ports, Events& events)
    : fdb_(fdb), counters_(shard), outbound_(ports, events, counters_) {}

std::size_t TapPump::pump(const SegmentTable& segments, TapId id, TapPort& tap) {
  std::size_t packets = 0;
  const auto frames = std::span(frames_).first(tap.read(frames_));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (i + kExpectAhead < frames.size()) expect_from_tap(segments, fdb_, id, frames[i + kExpectAhead]);
    Frame& frame = frames[i];
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

}  // namespace vxtap::dataplane
