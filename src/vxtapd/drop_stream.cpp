#include "vxtapd/drop_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace vxtap::daemon {

DropStream::DropStream(EventQueue& queue) : queue_(queue) {
  set_level(Level::kDrops);
  for (auto& reason : reasons_) reason.bucket.set_rate(kRate);
}

void DropStream::saw(const dataplane::FromTap& sight) noexcept {
  push(sight.verdict.segment, {.reason = *sight.drop}, sight.pieces);
}

void DropStream::saw(const dataplane::ToUnderlay& sight) noexcept {
  const auto reason = sight.result.error == EMSGSIZE ? DropReason::kTooBig : DropReason::kUnderlaySendFailed;
  push(&sight.segment, {.reason = reason, .remote = sight.copy.remote, .error = sight.result.error},
       sight.copy.pieces);
}

void DropStream::saw(const dataplane::FromUnderlay& sight) noexcept {
  const BytesView payload = sight.datagram.payload;
  push(sight.verdict.segment,
       {.reason = *sight.verdict.drop, .remote = Remote{sight.datagram.source, sight.datagram.source_port}},
       {&payload, 1});
}

void DropStream::saw(const dataplane::ToTap& sight) noexcept {
  push(&sight.segment, {.reason = *sight.drop}, sight.frame.pieces);
}

void DropStream::push(const Segment* segment, DropEvent event, std::span<const BytesView> pieces) noexcept {
  Reason& reason = reasons_[static_cast<std::size_t>(event.reason)];
  if (!reason.bucket.take(1, std::chrono::steady_clock::now())) {
    reason.left_out.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  if (segment != nullptr) event.segment = segment->key;
  for (const BytesView piece : pieces) {
    event.size += static_cast<std::uint32_t>(piece.size());
    const std::size_t kept = std::min(piece.size(), event.bytes.size() - event.kept);
    std::copy_n(piece.begin(), kept, event.bytes.begin() + event.kept);
    event.kept += static_cast<std::uint8_t>(kept);
  }
  queue_.push(event);
}

std::array<std::uint64_t, kDropReasonCount> DropStream::take_left_out() noexcept {
  std::array<std::uint64_t, kDropReasonCount> counts{};
  for (std::size_t i = 0; i < counts.size(); ++i)
    counts[i] = reasons_[i].left_out.exchange(0, std::memory_order_relaxed);
  return counts;
}

}  // namespace vxtap::daemon
