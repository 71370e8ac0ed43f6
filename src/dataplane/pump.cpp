#include "dataplane/pump.hpp"

#include <algorithm>
#include <cerrno>

#include "offload/checksum.hpp"
#include "offload/partial_checksum.hpp"

namespace vxtap::dataplane {
namespace {

/// End of the run beginning at `first` whose elements share `key_of`.
template <typename KeyOf>
std::size_t run_end(std::size_t first, std::size_t size, KeyOf&& key_of) {
  std::size_t end = first + 1;
  while (end < size && key_of(end) == key_of(first)) ++end;
  return end;
}

void count(TrafficCounter& traffic, const Frame& frame) noexcept {
  traffic.packets.add(frame.packets());
  traffic.bytes.add(frame.bytes.size());
}

}  // namespace

Pump::Pump(std::size_t worker, Fdb& fdb, const PortMap& ports, Events& events)
    : worker_(worker), fdb_(fdb), ports_(ports), events_(events) {
  copies_.reserve(kBatch);
  copy_segments_.reserve(kBatch);
  errnos_.reserve(kBatch);
  deliveries_.reserve(kBatch);
  delivery_segments_.reserve(kBatch);
}

void Pump::drop(const Segment* segment, DropReason reason, std::uint64_t packets) noexcept {
  (segment == nullptr ? drops_ : counters(*segment).drops).add(reason, packets);
}

std::size_t Pump::from_tap(const SegmentTable& segments, TapId id, TapPort& tap) {
  const std::size_t read = tap.read(frames_);
  for (Frame& frame : std::span(frames_).first(read)) {
    const TapVerdict verdict = vxtap::from_tap(segments, fdb_, id, frame);
    if (verdict.drop)
      drop(verdict.segment, *verdict.drop, frame.packets());
    else if (!frame.offload.needs_checksum || finish_checksum(frame))
      encapsulate(verdict, frame);
    else
      drop(verdict.segment, DropReason::kTapRunt, 1);  // shorter than the headers its own offload names
  }
  send_copies();
  return read;
}

void Pump::encapsulate(const TapVerdict& verdict, const Frame& frame) {
  const auto remotes = verdict.remotes();
  for (const Remote& remote : remotes) {
    copies_.push_back({&frame, remote, verdict.outer});
    copy_segments_.push_back(verdict.segment);
  }
  if (!verdict.flooded) return;
  counters(*verdict.segment).flooded.add(frame.packets());
  counters(*verdict.segment).flooded_copies.add(frame.packets() * remotes.size());
}

void Pump::send_copies() {
  errnos_.resize(copies_.size());
  for (std::size_t first = 0; first < copies_.size();) {
    const auto endpoint = [this](std::size_t i) { return copy_segments_[i]->key.endpoint; };
    const std::size_t end = run_end(first, copies_.size(), endpoint);
    const auto copies = std::span<const Outbound>(copies_).subspan(first, end - first);
    const auto errnos = std::span(errnos_).subspan(first, end - first);
    if (Underlay* underlay = ports_.underlay(endpoint(first)))
      underlay->send(copies, errnos);
    else
      std::fill(errnos.begin(), errnos.end(), ENETDOWN);
    first = end;
  }
  for (std::size_t first = 0; first < copies_.size();) {
    const std::size_t end =
        run_end(first, copies_.size(), [this](std::size_t i) { return copies_[i].frame; });
    settle_copies(first, end);
    first = end;
  }
  copies_.clear();
  copy_segments_.clear();
}

/// The copies of one frame: each failure is a drop of its own; one success makes the frame sent.
void Pump::settle_copies(std::size_t first, std::size_t last) noexcept {
  const Segment& segment = *copy_segments_[first];
  const Frame& frame = *copies_[first].frame;
  bool sent = false;
  for (std::size_t i = first; i < last; ++i) {
    if (errnos_[i] == 0) {
      sent = true;
      continue;
    }
    drop(&segment, DropReason::kUnderlaySendFailed, frame.packets());
    events_.send_failed(segment, copies_[i].remote, errnos_[i]);
  }
  if (sent) count(counters(segment).tx, frame);
}

std::size_t Pump::from_underlay(const SegmentTable& segments, const Endpoint& endpoint, Underlay& underlay,
                                TimePoint now) {
  const std::size_t received = underlay.receive(datagrams_);
  for (const Datagram& datagram : std::span(datagrams_).first(received)) {
    const UnderlayVerdict verdict = vxtap::from_underlay(segments, fdb_, endpoint, datagram);
    teach(verdict, datagram, now);
    if (!verdict.drop) {
      deliver(verdict);
      continue;
    }
    drop(verdict.segment, *verdict.drop, 1);
    if (*verdict.drop == DropReason::kOwnMac) events_.own_mac_seen(*verdict.segment, datagram.source);
  }
  write_deliveries();
  return received;
}

void Pump::teach(const UnderlayVerdict& verdict, const Datagram& datagram, TimePoint now) noexcept {
  const auto outcome = learn(verdict, fdb_, to_tick(now));
  if (!outcome) return;
  if (*outcome == LearnOutcome::kMoved)
    events_.mac_moved(*verdict.segment, verdict.learning.source, datagram.source);
  else if (*outcome == LearnOutcome::kDamped)
    events_.mac_held(*verdict.segment, verdict.learning.source, datagram.source);
  else if (*outcome == LearnOutcome::kFull)
    counters(*verdict.segment).fdb_full.add(1);
}

void Pump::deliver(const UnderlayVerdict& verdict) {
  const Segment& segment = *verdict.segment;
  Frame frame{verdict.inner, recognise_partial_checksum(
                                 verdict.inner, segment.tap_state->mtu.load(std::memory_order_relaxed))};
  if (frame.offload.needs_checksum) counters(segment).partial_checksum_completed.add(1);
  deliveries_.push_back(frame);
  delivery_segments_.push_back(&segment);
}

void Pump::write_deliveries() noexcept {
  const auto tap_of = [this](std::size_t i) { return delivery_segments_[i]->tap; };
  for (std::size_t first = 0; first < deliveries_.size();) {
    const std::size_t end = run_end(first, deliveries_.size(), tap_of);
    const auto frames = std::span<const Frame>(deliveries_).subspan(first, end - first);
    const auto written = std::span(written_).subspan(first, end - first);
    if (TapPort* tap = ports_.tap(tap_of(first)))
      tap->write(frames, written);
    else
      std::fill(written.begin(), written.end(), TapWrite::kDown);
    first = end;
  }
  for (std::size_t i = 0; i < deliveries_.size(); ++i) {
    const Segment& segment = *delivery_segments_[i];
    if (written_[i] == TapWrite::kWritten)
      count(counters(segment).rx, deliveries_[i]);
    else
      drop(&segment, written_[i] == TapWrite::kDown ? DropReason::kTapDown : DropReason::kTapFull,
           deliveries_[i].packets());
  }
  deliveries_.clear();
  delivery_segments_.clear();
}

}  // namespace vxtap::dataplane
