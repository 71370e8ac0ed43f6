#include "dataplane/tap_pump.hpp"

#include <algorithm>

#include "core/vlan_tag.hpp"
#include "offload/checksum.hpp"

namespace vxtap::dataplane {

TapPump::Original::Original(const Frame& frame) noexcept
    : frame_(frame.bytes), head_size_(std::min(frame_.size(), head_.size())) {
  const std::size_t field = std::size_t{frame.offload.checksum_start} + frame.offload.checksum_offset;
  field_at_ = std::clamp(field, head_size_, frame_.size());
  field_size_ = std::min(field_.size(), frame_.size() - field_at_);
  std::copy_n(frame_.begin(), head_size_, head_.begin());
  std::copy_n(frame_.subspan(field_at_).begin(), field_size_, field_.begin());
}

std::array<BytesView, 4> TapPump::Original::pieces() const noexcept {
  return {BytesView(head_).first(head_size_), frame_.subspan(head_size_, field_at_ - head_size_),
          BytesView(field_).first(field_size_), frame_.subspan(field_at_ + field_size_)};
}

TapPump::TapPump(std::size_t shard, Fdb& fdb, const PortMap& ports, Events& events)
    : fdb_(fdb),
      events_(events),
      counters_(shard),
      protocols_(events, counters_),
      paths_(ports),
      outbound_(ports, events, counters_) {}

std::size_t TapPump::pump(const SegmentTable& segments, TapId id, TapPort& tap, TimePoint now) {
  std::size_t packets = 0;
  const auto frames = std::span(frames_).first(tap.read(frames_));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (i + kExpectAhead < frames.size()) expect_from_tap(segments, fdb_, id, frames[i + kExpectAhead]);
    packets += frames[i].packets();
    take(segments, id, frames[i], tap, now);
  }
  outbound_.flush();
  return packets;
}

void TapPump::take(const SegmentTable& segments, TapId id, const Frame& frame, TapPort& tap, TimePoint now) {
  TapVerdict verdict = vxtap::from_tap(segments, fdb_, id, frame);
  std::optional<Original> original;
  if (events_.active()) [[unlikely]]
    original.emplace(frame);
  const bool answered = answers(verdict, frame, tap, now);
  Loss loss;
  if (!answered) loss = verdict.drop ? Loss{.reason = verdict.drop} : forward(verdict, frame, tap, now);
  if (loss.reason) counters_.drop(verdict.segment, *loss.reason, frame.packets() * loss.copies);
  if (loss.reason == DropReason::kVlanUnmapped) [[unlikely]]
    events_.frame_unmapped(id, frame.bytes);
  if (original && events_.wants(loss.reason.has_value()))
    events_.saw(FromTap{id, original->pieces(), frame.offload, verdict, loss.reason, answered});
}

/// An answer comes before the question where to forward to.
bool TapPump::answers(const TapVerdict& verdict, const Frame& frame, TapPort& tap, TimePoint now) {
  const bool whole = verdict.segment != nullptr && verdict.drop != DropReason::kTapRunt;
  return whole && protocols_.from_tap(*verdict.segment, frame, tap, now);
}

/// What the tables let pass. A verdict that becomes a drop here says so.
TapPump::Loss TapPump::forward(TapVerdict& verdict, Frame frame, TapPort& tap, TimePoint now) {
  if (verdict.tagged) frame = untagged(frame);
  if (verdict.flooded && !verdict.segment->state->storm.of(*verdict.flooded).take(frame.packets(), now)) {
    verdict.drop = DropReason::kStormControl;
    return {.reason = verdict.drop};
  }
  Loss loss;
  if (const std::size_t copies = paths_.leave_out(verdict, frame, tap, now); copies != 0)
    loss = {.reason = DropReason::kTooBig, .copies = copies};
  if (verdict.drop) return loss;
  const bool plain = frame.offload.gso == FrameOffload::Gso::kNone;
  const bool complete = !plain || !frame.offload.needs_checksum || finish_checksum(frame);
  if (complete && outbound_.add(verdict, frame)) return loss;
  verdict.drop = DropReason::kTapRunt;  // shorter than the headers that its own offload names, or with others
  return {.reason = verdict.drop};
}

}  // namespace vxtap::dataplane
