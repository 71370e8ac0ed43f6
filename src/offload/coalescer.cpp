#include "offload/coalescer.hpp"

#include <bit>
#include <cassert>

/// Theory of operation
///
/// Whatever is added becomes a slice, and each slice belongs to one run. A packet either continues an open
/// run or begins a run of its own; runs stay in order of their first packet. At most kOpenRuns are open, one
/// a flow.
///
///   add     A packet with an open run's headers, the common case, is compared and not parsed. Any other is
///           parsed once and looked up by its flow. If it cannot join, it closes its flow's run, so that
///           nothing of the flow is appended in front of it later. What is no plain TCP or UDP packet closes
///           all runs of its group: it may belong to any flow (a fragment) or matter to all (ICMP, ARP).
///   add_next  The first half of that, for callers to whom it costs something to say what add() wants to
///   know. close   Rewrites the first packet's headers in place to the superframe's, when there was a second.
///   finish  Lays the slices out run by run, as a frame's pieces must lie side by side.
///
/// Checksums are the only pass over payload. A first packet's wait until a second asks to join: a run of one
/// is delivered untouched whatever its checksums, and the host judges them. So nothing wrong is ever hidden
/// behind a superframe's fresh checksum.
///
/// Limits: the window is one batch, there is no timer. IPv4 packets that all have the same identification,
/// which needs DF, count it up again when the superframe is cut; nothing reads it there (RFC 6864 4.1).
namespace vxtap {
namespace {

constexpr std::uint32_t kEnd = ~std::uint32_t{0};

}  // namespace

Coalescer::Coalescer(std::size_t capacity) : slices_(capacity), pieces_(capacity) {
  runs_.reserve(capacity);
  first_slice_.reserve(capacity);
}

void Coalescer::add(std::uint32_t group, MutableBytes bytes, const FrameOffload& offload) noexcept {
  OpenRun* run = find_same_headers(group, bytes);
  const bool same_headers = run != nullptr;
  std::optional<FlowLayout> parsed;
  if (!same_headers) {
    parsed = FlowLayout::parse(bytes);
    if (!parsed) return add_alone(group, bytes, offload);
    run = find_flow(group, {*parsed, bytes});
  }
  const FlowPacket packet{same_headers ? run->layout : *parsed, bytes};
  const bool joinable = offload.gso == FrameOffload::Gso::kNone && is_joinable(packet);
  if (joinable && same_headers && continues(*run, packet, offload.needs_checksum)) {
    append(*run, packet);
    return;
  }
  if (run != nullptr) close(*run);
  push_run(group, bytes, offload);
  if (joinable && !has_push(packet)) open(packet.layout, bytes);
}

bool Coalescer::add_next(std::uint32_t group, MutableBytes bytes) noexcept {
  OpenRun* const run = find_same_headers(group, bytes);
  if (run == nullptr || runs_[run->run].frame.offload.needs_checksum) return false;
  const FlowPacket packet{run->layout, bytes};
  if (!is_joinable(packet) || !continues(*run, packet, false)) return false;
  append(*run, packet);
  return true;
}

void Coalescer::add_alone(std::uint32_t group, MutableBytes bytes, const FrameOffload& offload) noexcept {
  close_group(group);
  push_run(group, bytes, offload);
}

std::span<const Coalescer::Run> Coalescer::finish() noexcept {
  for_each_open([this](OpenRun& run) { close(run); });
  std::size_t end = 0;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const std::size_t begin = end;
    for (std::uint32_t s = first_slice_[i]; s != kEnd; s = slices_[s].next) pieces_[end++] = slices_[s].bytes;
    runs_[i].frame.pieces = std::span(pieces_).subspan(begin, end - begin);
  }
  return runs_;
}

void Coalescer::clear() noexcept {
  packets_ = 0;
  runs_.clear();
  first_slice_.clear();
  open_bits_ = 0;
}

template <typename Action>
void Coalescer::for_each_open(Action action) noexcept {
  for (std::uint32_t bits = open_bits_; bits != 0; bits &= bits - 1)
    action(open_[static_cast<std::size_t>(std::countr_zero(bits))]);
}

Coalescer::OpenRun* Coalescer::find_same_headers(std::uint32_t group, BytesView bytes) noexcept {
  OpenRun* found = nullptr;
  for_each_open([&](OpenRun& run) {
    if (run.group == group && run.layout.ports(bytes) == run.ports && has_same_headers(run.packet(), bytes))
      found = &run;
  });
  return found;
}

Coalescer::OpenRun* Coalescer::find_flow(std::uint32_t group, const FlowPacket& packet) noexcept {
  OpenRun* found = nullptr;
  for_each_open([&](OpenRun& run) {
    if (run.group == group && is_same_flow(run.packet(), packet)) found = &run;
  });
  return found;
}

/// Whether the packet, joinable and with the run's headers, is the run's next. The cheap questions come
/// first.
bool Coalescer::continues(OpenRun& run, const FlowPacket& packet, bool partial) const noexcept {
  const std::size_t payload = packet.bytes.size() - packet.layout.header_size;
  if (payload > run.segment_size || run.payload_size + payload > max_payload(run.layout)) return false;
  if (run.packets == (run.layout.tcp() ? kMaxPieces : kMaxUdpPackets)) return false;
  const FlowPacket first = run.packet();
  if (run.layout.tcp() &&
      sequence_of(packet) != static_cast<std::uint32_t>(sequence_of(first) + run.payload_size))
    return false;
  if (!run.layout.ip.v6) {
    const auto ahead = static_cast<std::uint16_t>(identification_of(packet) - identification_of(first));
    const bool may_stay = run.packets == 1 && has_dont_fragment(first);
    if (run.packets == 1) run.identification_step = may_stay && ahead == 0 ? 0 : 1;
    if (ahead != static_cast<std::uint16_t>(run.packets * run.identification_step)) return false;
  }
  if (!run.verified) run.verified = has_right_checksums(first, runs_[run.run].frame.offload.needs_checksum);
  return run.verified && has_right_checksums(packet, partial);
}

void Coalescer::append(OpenRun& run, const FlowPacket& packet) noexcept {
  const BytesView payload = packet.bytes.subspan(packet.layout.header_size);
  const std::uint32_t slice = push_slice(payload);
  slices_[run.last_slice].next = slice;
  run.last_slice = slice;
  run.packets += 1;
  run.payload_size += payload.size();
  run.push = has_push(packet);
  runs_[run.run].packets += 1;
  runs_[run.run].bytes += packet.bytes.size();
  if (run.push || payload.size() < run.segment_size) close(run);
}

std::uint32_t Coalescer::push_slice(BytesView bytes) noexcept {
  assert(!full());
  slices_[packets_] = {bytes, kEnd};
  return static_cast<std::uint32_t>(packets_++);
}

void Coalescer::push_run(std::uint32_t group, MutableBytes bytes, const FrameOffload& offload) noexcept {
  first_slice_.push_back(push_slice(bytes));
  runs_.push_back({.frame = {.pieces = {}, .offload = offload},
                   .group = group,
                   .packets = static_cast<std::uint32_t>(packets_of(bytes.size(), offload)),
                   .bytes = bytes_of(bytes.size(), offload)});
}

/// Lets the run that was pushed last grow.
void Coalescer::open(const FlowLayout& layout, MutableBytes bytes) noexcept {
  const std::size_t slot = free_slot();
  open_bits_ |= 1U << slot;
  const std::size_t payload = bytes.size() - layout.header_size;
  open_[slot] = {.layout = layout,
                 .first = bytes,
                 .run = static_cast<std::uint32_t>(runs_.size() - 1),
                 .group = runs_.back().group,
                 .ports = layout.ports(bytes),
                 .last_slice = static_cast<std::uint32_t>(packets_ - 1),
                 .packets = 1,
                 .segment_size = payload,
                 .payload_size = payload};
}

std::size_t Coalescer::free_slot() noexcept {
  const auto free = static_cast<std::size_t>(std::countr_one(open_bits_));
  if (free < kOpenRuns) return free;
  std::size_t rested = 0;
  for (std::size_t i = 1; i < kOpenRuns; ++i)
    if (open_[i].last_slice < open_[rested].last_slice) rested = i;
  close(open_[rested]);
  return rested;
}

void Coalescer::close(OpenRun& run) noexcept {
  open_bits_ &= ~(1U << (&run - open_.data()));
  if (run.packets == 1) return;
  write_superframe_headers(run.layout, run.first, run.payload_size, run.push);
  runs_[run.run].frame.offload = superframe_offload(run.layout, run.segment_size);
}

void Coalescer::close_group(std::uint32_t group) noexcept {
  for_each_open([&](OpenRun& run) {
    if (run.group == group) close(run);
  });
}

}  // namespace vxtap
