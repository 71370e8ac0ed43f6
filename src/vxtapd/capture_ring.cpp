#include "vxtapd/capture_ring.hpp"

#include <cstring>
#include <utility>

namespace vxtap::daemon {
namespace {

/// In front of the segment's name and the packet's bytes.
struct Head {
  Sighting sighting;
  std::size_t name_size = 0;
};

}  // namespace

CaptureRing::CaptureRing(std::size_t bytes) : size_(bytes / 2) {
  for (Buffer* buffer : {&filling_, &reading_})
    buffer->bytes = std::make_unique_for_overwrite<std::uint8_t[]>(size_);
}

void CaptureRing::push(Sighting& sighting, std::string_view segment,
                       std::span<const BytesView> pieces) noexcept {
  std::size_t size = 0;
  for (const BytesView piece : pieces) size += piece.size();
  sighting.size = static_cast<std::uint32_t>(size);
  const std::size_t needed = sizeof(Head) + segment.size() + size;

  const std::lock_guard lock(mutex_);
  if (size_ - filling_.used < needed) {
    lost_ += sighting.packets;
    return;
  }
  sighting.time = wall_clock();
  sighting.lost_before = std::exchange(lost_, 0);
  const Head head{sighting, segment.size()};
  std::uint8_t* to = filling_.bytes.get() + filling_.used;
  const auto append = [&to](const void* from, std::size_t count) {
    if (count != 0) std::memcpy(to, from, count);
    to += count;
  };
  append(&head, sizeof head);
  append(segment.data(), segment.size());
  for (const BytesView piece : pieces) append(piece.data(), piece.size());
  filling_.used += needed;
}

std::optional<CaptureRing::Entry> CaptureRing::next() noexcept {
  if (read_ == reading_.used) {
    reading_.used = read_ = 0;
    const std::lock_guard lock(mutex_);
    std::swap(filling_, reading_);
  }
  if (reading_.used == 0) return std::nullopt;
  Head head;
  std::uint8_t* from = reading_.bytes.get() + read_;
  std::memcpy(&head, from, sizeof head);
  from += sizeof head;
  Entry entry{.sighting = head.sighting,
              .segment = {reinterpret_cast<const char*>(from), head.name_size},
              .bytes = {from + head.name_size, head.sighting.size}};
  read_ += sizeof head + head.name_size + head.sighting.size;
  return entry;
}

std::uint64_t CaptureRing::take_lost() noexcept {
  const std::lock_guard lock(mutex_);
  return std::exchange(lost_, 0);
}

}  // namespace vxtap::daemon
