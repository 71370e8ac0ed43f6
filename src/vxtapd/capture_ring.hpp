#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>

#include "vxtapd/sighting.hpp"

namespace vxtap::daemon {

/// Sightings on their way from the workers to one reader, in the order of their time. There are two buffers:
/// one fills while the other is read. What finds no room is counted, and nobody ever waits for the reader.
class CaptureRing {
 public:
  /// `bytes` in all.
  explicit CaptureRing(std::size_t bytes);

  /// Any thread. Puts time and loss into `sighting`. `segment` is its name; pieces are the packet's bytes.
  void push(Sighting& sighting, std::string_view segment, std::span<const BytesView> pieces) noexcept;

  struct Entry {
    Sighting sighting;
    std::string_view segment;
    MutableBytes bytes;
  };
  /// The reader's thread. Lasts until the next call; empty when there is none.
  std::optional<Entry> next() noexcept;
  /// Packets lost behind the last sighting; forgets them.
  std::uint64_t take_lost() noexcept;

 private:
  struct Buffer {
    std::unique_ptr<std::uint8_t[]> bytes;
    std::size_t used = 0;
  };

  const std::size_t size_;  // of each buffer

  std::mutex mutex_;
  Buffer filling_;          // guarded by mutex_
  std::uint64_t lost_ = 0;  // guarded by mutex_

  // Reader's thread only.
  Buffer reading_;
  std::size_t read_ = 0;
};

}  // namespace vxtap::daemon
