#include "io/tap_queue.hpp"

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "io/virtio_header.hpp"

namespace vxtap::io {
namespace {

/// tun.c answers EBADFD once the interface behind the descriptor was deleted.
bool means_gone(int error) noexcept {
  return error == EBADFD || error == EBADF;
}

}  // namespace

std::size_t TapQueue::read(std::span<Frame> frames) noexcept {
  const std::size_t limit = std::min(frames.size(), buffers_.count());
  std::size_t filled = 0;
  while (filled < limit && !gone_) {
    const MutableBytes slot = buffers_.slot(filled);
    VirtioHeader header;
    std::array<iovec, 2> parts{{{&header, sizeof header}, {slot.data(), slot.size()}}};
    const ssize_t got = ::readv(fd_.get(), parts.data(), static_cast<int>(parts.size()));
    if (got < 0) {
      if (errno == EINTR) continue;
      gone_ = means_gone(errno);
      break;
    }
    if (got < static_cast<ssize_t>(sizeof header)) continue;
    const MutableBytes bytes = slot.first(static_cast<std::size_t>(got) - sizeof header);
    frames[filled++] = Frame{bytes, to_offload(header, bytes)};
  }
  return filled;
}

void TapQueue::write(std::span<const Frame> frames, std::span<TapWrite> results) noexcept {
  const std::size_t count = std::min(frames.size(), results.size());
  for (std::size_t i = 0; i < count; ++i) results[i] = gone_ ? TapWrite::kDown : write_one(frames[i]);
}

TapWrite TapQueue::write_one(const Frame& frame) noexcept {
  VirtioHeader header = to_virtio(frame.offload);
  std::array<iovec, 2> parts{{{&header, sizeof header}, {frame.bytes.data(), frame.bytes.size()}}};
  while (::writev(fd_.get(), parts.data(), static_cast<int>(parts.size())) < 0) {
    if (errno == EINTR) continue;
    if (means_gone(errno)) gone_ = true;
    if (gone_ || errno == EIO || errno == ENETDOWN) return TapWrite::kDown;
    // EAGAIN, ENOBUFS and ENOMEM are a full queue. Anything else (EINVAL for an offload this kernel does not
    // take) concerns this frame alone: the interface is there and up and did not accept it, so it is counted
    // with those and the next frame has its own chance.
    return TapWrite::kFull;
  }
  return TapWrite::kWritten;
}

}  // namespace vxtap::io
