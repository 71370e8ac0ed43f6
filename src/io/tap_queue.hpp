#pragma once

#include "io/packet_buffers.hpp"
#include "io/unique_fd.hpp"
#include "vxtap/ports.hpp"

namespace vxtap::io {

/// One queue of a TAP interface opened with IFF_VNET_HDR, non-blocking. One thread at a time.
class TapQueue final : public TapPort {
 public:
  /// `buffers` must outlive the queue.
  TapQueue(UniqueFd fd, PacketBuffers& buffers) noexcept : fd_(std::move(fd)), buffers_(buffers) {}

  std::size_t read(std::span<Frame> frames) noexcept override;
  void write(std::span<const Frame> frames, std::span<TapWrite> results) noexcept override;

  int fd() const noexcept { return fd_.get(); }
  /// The interface was deleted: nothing will come or go any more. Noticed by a read or a write.
  bool gone() const noexcept { return gone_; }

 private:
  TapWrite write_one(const Frame& frame) noexcept;

  UniqueFd fd_;
  PacketBuffers& buffers_;
  bool gone_ = false;
};

}  // namespace vxtap::io
