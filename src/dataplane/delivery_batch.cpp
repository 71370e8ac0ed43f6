#include "dataplane/delivery_batch.hpp"

#include "core/vlan_tag.hpp"
#include "offload/checksum.hpp"
#include "offload/partial_checksum.hpp"

namespace vxtap::dataplane {
namespace {

constexpr std::size_t kMaxPackets = 1024;

TapWrite write_one(const Delivery& frame, TapPort& tap) noexcept {
  TapWrite result = TapWrite::kDown;
  tap.write({&frame, 1}, {&result, 1});
  return result;
}

}  // namespace

DeliveryBatch::DeliveryBatch(const PortMap& ports, Events& events, PumpCounters& counters)
    : ports_(ports),
      events_(events),
      counters_(counters),
      coalescer_(kMaxPackets),
      frames_(kMaxPackets),
      written_(kMaxPackets) {
  written_taps_.reserve(kMaxPackets);
}

void DeliveryBatch::add(const SegmentTable& segments, const Segment& segment, MutableBytes inner) {
  if (coalescer_.full()) flush();
  segments_ = &segments;
  if (segment.vid != 0) inner = tagged(inner, segment.vid);
  const auto group = static_cast<std::uint32_t>(&segment - segments.segments().data());
  const TapPort* tap = ports_.tap(segment.tap);
  const bool joins = tap == nullptr || tap->takes_offload();
  if (joins && coalescer_.add_next(group, inner)) return;
  Frame frame{inner,
              recognise_partial_checksum(inner, segment.tap_state->mtu.load(std::memory_order_relaxed))};
  if (frame.offload.needs_checksum) counters_.of(segment).partial_checksum_completed.add(1);
  if (joins) {
    coalescer_.add(group, inner, frame.offload);
    return;
  }
  if (frame.offload.needs_checksum && frame.offload.gso == FrameOffload::Gso::kNone) finish_checksum(frame);
  coalescer_.add_alone(group, inner, frame.offload);
}

const Segment& DeliveryBatch::segment_of(const Coalescer::Run& run) const noexcept {
  return segments_->segments()[run.group];
}

void DeliveryBatch::flush() noexcept {
  written_taps_.clear();
  const auto runs = coalescer_.finish();
  const auto tap_of = [&](std::size_t i) { return segment_of(runs[i]).tap; };
  for (std::size_t first = 0; first < runs.size();) {
    const std::size_t end = run_end(first, runs.size(), tap_of);
    write(runs.subspan(first, end - first), ports_.tap(tap_of(first)));
    written_taps_.push_back(tap_of(first));
    first = end;
  }
  coalescer_.clear();
}

/// Runs for one TAP, null when it is not there.
void DeliveryBatch::write(std::span<const Coalescer::Run> runs, TapPort* tap) noexcept {
  if (tap == nullptr) {
    for (const auto& run : runs) count(run, {TapWrite::kDown, run.packets});
    return;
  }
  if (!tap->takes_offload()) {
    for (const auto& run : runs) count(run, write_packets(run, *tap));
    return;
  }
  const auto frames = std::span(frames_).first(runs.size());
  const auto written = std::span(written_).first(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) frames[i] = runs[i].frame;
  tap->write(frames, written);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Coalescer::Run& run = runs[i];
    if (written[i] == TapWrite::kOffloadRefused) {
      counters_.superframes_refused.add(1);
      events_.superframe_refused(segment_of(run));
      count(run, write_packets(run, *tap));
    } else {
      count(run, {written[i], written[i] == TapWrite::kWritten ? 0 : run.packets});
    }
  }
}

/// Cuts a superframe here, because the host does not.
DeliveryBatch::Outcome DeliveryBatch::write_packets(const Coalescer::Run& run, TapPort& tap) noexcept {
  const Delivery& frame = run.frame;
  if (frame.offload.gso == FrameOffload::Gso::kNone) {
    const TapWrite result = write_one(frame, tap);
    return {result, result == TapWrite::kWritten ? 0 : run.packets};
  }
  const std::size_t header_size = frame.offload.header_size;
  std::size_t payload_size = 0;
  for (const BytesView piece : frame.pieces) payload_size += piece.size();
  payload_size -= header_size;
  const auto segmenter = Segmenter::of(frame.pieces.front().first(header_size), frame.offload, payload_size);
  if (!segmenter) return {TapWrite::kFull, run.packets};

  Outcome outcome;
  std::array<std::uint8_t, Segmenter::kMaxHeaders> headers;
  for (std::size_t i = 0; i < segmenter->count(); ++i) {
    // Joined here, a packet's payload is a piece of its own; sent as a superframe, all are in the first.
    const BytesView first = frame.pieces.front().subspan(header_size);
    const BytesView payload = frame.pieces.size() == 1
                                  ? first.subspan(segmenter->payload_offset(i), segmenter->payload_length(i))
                              : i == 0 ? first
                                       : frame.pieces[i];
    segmenter->write_headers(i, payload, headers);
    const std::array<BytesView, 2> pieces{BytesView(headers).first(header_size), payload};
    const TapWrite result = write_one({.pieces = pieces, .offload = {}}, tap);
    if (result == TapWrite::kWritten) continue;
    outcome.result = result;
    ++outcome.lost;
  }
  return outcome;
}

void DeliveryBatch::count(const Coalescer::Run& run, Outcome outcome) noexcept {
  const Segment& segment = segment_of(run);
  const std::uint64_t good = run.packets - outcome.lost;
  auto& rx = counters_.of(segment).rx;
  rx.packets.add(good);
  rx.bytes.add(run.bytes * good / run.packets);
  std::optional<DropReason> drop;
  if (outcome.lost != 0)
    drop = outcome.result == TapWrite::kDown ? DropReason::kTapDown : DropReason::kTapFull;
  if (drop) counters_.drop(&segment, *drop, outcome.lost);
  if (events_.wants(drop.has_value())) [[unlikely]]
    events_.saw(ToTap{segment, run.frame, drop});
}

}  // namespace vxtap::dataplane
