#pragma once

#include <sys/types.h>

#include <atomic>

#include "io/packet_buffers.hpp"
#include "io/unique_fd.hpp"
#include "io/virtio_header.hpp"
#include "vxtap/ports.hpp"

namespace vxtap::io {

/// One queue of a TAP interface opened with IFF_VNET_HDR, non-blocking. One thread at a time reads, any
/// number write.
class TapQueue final : public TapPort {
 public:
  /// Largest frame read, Ethernet header and tags included: a 64 KB superframe. `buffers` must hold one.
  static constexpr std::size_t kLargestFrame = 65536 + 32;

  /// `buffers` must outlive the queue. `offload`: the interface was opened with segmentation offload.
  TapQueue(UniqueFd fd, PacketBuffers& buffers, bool offload = true) noexcept
      : fd_(std::move(fd)), buffers_(buffers), takes_offload_(offload) {}

  std::size_t read(std::span<Frame> frames) noexcept override;
  void write(std::span<const Delivery> frames, std::span<TapWrite> results) noexcept override;
  bool takes_offload() const noexcept override { return takes_offload_.load(std::memory_order_relaxed); }

  int fd() const noexcept { return fd_.get(); }
  /// The interface was deleted: nothing will come or go any more. Noticed by a read or a write.
  bool gone() const noexcept { return gone_.load(std::memory_order_relaxed); }

 private:
  ssize_t read_one(MutableBytes slot, VirtioHeader& header) noexcept;
  TapWrite write_one(const Delivery& frame) noexcept;

  UniqueFd fd_;
  PacketBuffers& buffers_;
  std::atomic<bool> takes_offload_;
  std::atomic<int> refusals_{0};  // superframes refused since the last that was taken
  std::atomic<bool> gone_{false};
};

}  // namespace vxtap::io
