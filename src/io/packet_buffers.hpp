#pragma once

#include <cstddef>
#include <cstdint>

#include "vxtap/bytes.hpp"

namespace vxtap::io {

/// Where a worker's ports put what they read: slots of equal size in one anonymous mapping, whose pages cost
/// memory only once they are written. Owned by one worker and shared by its ports: a read fills them from the
/// front, and the bytes are valid until the next read of any port of that worker.
class PacketBuffers {
 public:
  /// `size` is in bytes and must hold the largest frame or datagram a port may return: what is longer is cut
  /// by the kernel without a word. Throws SystemError.
  PacketBuffers(std::size_t count, std::size_t size);
  PacketBuffers(PacketBuffers&& other) noexcept;
  PacketBuffers& operator=(PacketBuffers&&) = delete;
  ~PacketBuffers();

  std::size_t count() const noexcept { return count_; }
  /// The i-th slot; i < count().
  MutableBytes slot(std::size_t i) const noexcept { return {base_ + i * stride_, size_}; }
  /// The whole mapping, for a port that packs what it reads more closely.
  MutableBytes whole() const noexcept { return {base_, count_ * stride_}; }

 private:
  std::size_t count_;
  std::size_t size_;
  std::size_t stride_;
  std::uint8_t* base_ = nullptr;
};

}  // namespace vxtap::io
