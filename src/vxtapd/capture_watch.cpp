#include "vxtapd/capture_watch.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include "vxtap/vxlan_header.hpp"

namespace vxtap::daemon {
namespace {

using Side = control::CaptureRequest::Side;
using Gso = FrameOffload::Gso;

std::size_t size_of(std::span<const BytesView> pieces) noexcept {
  std::size_t size = 0;
  for (const BytesView piece : pieces) size += piece.size();
  return size;
}

std::string_view name_of(const Segment* segment) noexcept {
  return segment == nullptr ? std::string_view() : segment->name;
}

SightFromTap what_of(const dataplane::FromTap& sight) noexcept {
  const auto remotes = sight.verdict.remotes();
  SightFromTap what{.offload = sight.offload,
                    .flooded = sight.verdict.flooded,
                    .unicast = !sight.verdict.flooded && sight.verdict.some_remotes.empty(),
                    .answered = sight.answered,
                    .remotes = static_cast<std::uint32_t>(remotes.size()),
                    .first = {}};
  if (!remotes.empty()) what.first = remotes.front();
  return what;
}

}  // namespace

CaptureWatch::CaptureWatch(const control::CaptureRequest& request, std::size_t ring_bytes)
    : side_(request.side),
      vni_(request.vni),
      superframes_(request.superframes),
      filter_(request.filter),
      ring_(ring_bytes) {
  set_level(request.drops_only ? Level::kDrops : Level::kEverything);
}

bool CaptureWatch::of_segment(const Segment* segment) const noexcept {
  return !vni_ || (segment != nullptr && segment->key.vni == *vni_);
}

std::uint32_t CaptureWatch::packets_in(std::uint64_t packets) const noexcept {
  return superframes_ ? 1 : static_cast<std::uint32_t>(packets);
}

/// The packets of a superframe have its headers; what sets them apart for a filter is mostly their size. Each
/// is judged by itself when it has been cut.
bool CaptureWatch::passes_as_frame(const Sighting& sighting, const FrameOffload& offload,
                                   std::span<const BytesView> pieces) const noexcept {
  const std::size_t size = size_of(pieces);
  const auto passes = [&](std::size_t one) {
    return filter_.passes({.pieces = pieces, .trunk_tagged = sighting.trunk_tagged, .size = one});
  };
  if (passes(size)) return true;
  const std::uint64_t packets = packets_of(size, offload);
  if (superframes_ || packets == 1) return false;
  const std::size_t first = std::size_t{offload.header_size} + offload.segment_size;
  return passes(first) || passes(size - (packets - 1) * offload.segment_size);
}

/// Its first datagram or its last one: those between have the first one's headers and size.
bool CaptureWatch::passes_as_train(const Outbound& copy) const noexcept {
  const auto passes = [&](std::size_t begin) {
    const std::size_t size = std::min<std::size_t>(copy.datagram_size, copy.size - begin);
    return filter_.passes(
        {.pieces = copy.pieces, .skip = begin + kVxlanHeaderSize, .size = size - kVxlanHeaderSize});
  };
  const std::size_t datagrams = copy.datagrams();
  return passes(0) || (datagrams > 1 && !superframes_ && passes((datagrams - 1) * copy.datagram_size));
}

void CaptureWatch::saw(const dataplane::FromTap& sight) noexcept {
  const TapVerdict& verdict = sight.verdict;
  if (side_ == Side::kUnderlay || !of_segment(verdict.segment)) return;
  Sighting sighting{.packets = packets_in(packets_of(size_of(sight.pieces), sight.offload)),
                    .place = {true, sight.tap},
                    .vni = {},
                    .trunk_tagged = verdict.tagged,
                    .drop = sight.drop,
                    .what = what_of(sight)};
  if (verdict.segment != nullptr) sighting.vni = verdict.segment->key.vni;
  if (passes_as_frame(sighting, sight.offload, sight.pieces))
    ring_.push(sighting, name_of(verdict.segment), sight.pieces);
}

void CaptureWatch::saw(const dataplane::ToUnderlay& sight) noexcept {
  const Segment& segment = sight.segment;
  const Outbound& copy = sight.copy;
  if (side_ == Side::kTap || !of_segment(&segment) || !passes_as_train(copy)) return;
  Sighting sighting{.packets = packets_in(copy.datagrams()),
                    .place = {false, segment.key.endpoint},
                    .vni = segment.key.vni,
                    .drop = {},
                    .what = SightToUnderlay{.local = segment.local,
                                            .remote = copy.remote,
                                            .outer = copy.outer,
                                            .datagram_size = copy.datagram_size,
                                            .failed = sight.result.failed,
                                            .error = sight.result.error}};
  if (sight.result.error != 0)
    sighting.drop = sight.result.error == EMSGSIZE ? DropReason::kTooBig : DropReason::kUnderlaySendFailed;
  ring_.push(sighting, segment.name, copy.pieces);
}

void CaptureWatch::saw(const dataplane::FromUnderlay& sight) noexcept {
  const UnderlayVerdict& verdict = sight.verdict;
  if (side_ == Side::kTap || !of_segment(verdict.segment)) return;
  const BytesView payload = sight.datagram.payload;
  const std::size_t inner = payload.size() - std::min(payload.size(), kVxlanHeaderSize);
  if (!filter_.passes({.pieces = {&payload, 1}, .skip = kVxlanHeaderSize, .size = inner})) return;
  SightFromUnderlay what{.local = sight.endpoint.local,
                         .source = {sight.datagram.source, sight.datagram.source_port},
                         .tos = sight.datagram.tos,
                         .withheld = sight.withheld,
                         .learned = verdict.learning.outcome,
                         .mac = verdict.learning.source,
                         .before = verdict.learning.before.address};
  Sighting sighting{.place = {false, sight.endpoint.id}, .vni = {}, .drop = verdict.drop, .what = what};
  if (verdict.segment != nullptr) {
    sighting.vni = verdict.segment->key.vni;
    std::get<SightFromUnderlay>(sighting.what).tap = verdict.segment->tap;
  }
  ring_.push(sighting, name_of(verdict.segment), {&payload, 1});
}

void CaptureWatch::saw(const dataplane::ToTap& sight) noexcept {
  const Segment& segment = sight.segment;
  if (side_ == Side::kUnderlay || !of_segment(&segment)) return;
  const Delivery& frame = sight.frame;
  Sighting sighting{.packets = packets_in(packets_of(size_of(frame.pieces), frame.offload)),
                    .place = {true, segment.tap},
                    .vni = segment.key.vni,
                    .trunk_tagged = segment.vid != 0,
                    .drop = sight.drop,
                    .what = SightToTap{frame.offload}};
  if (passes_as_frame(sighting, frame.offload, frame.pieces))
    ring_.push(sighting, segment.name, frame.pieces);
}

}  // namespace vxtap::daemon
