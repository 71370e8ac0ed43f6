#include "io/tap_queue.hpp"

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "io/virtio_header.hpp"

namespace vxtap::io {
namespace {

/// tun.c answers EBADFD once the interface behind the descriptor was deleted.
bool means_gone(int error) noexcept {
  return error == EBADFD || error == EBADF;
}

/// Frames are packed one behind the other, each with its headroom: a run of equal ones is then a single piece
/// of memory for sendmsg, and all of a batch stays in the second-level cache. For the same reason a batch
/// ends when it holds about one train: what waits for a second superframe would push the first out.
constexpr std::size_t kFrameBatchBytes = 60000;

/// What a virtio header is longer than the headroom it is read into.
constexpr std::size_t kOverlap = sizeof(VirtioHeader) - kFrameHeadroom;

// Refusals in a row that mean the kernel and not the frame: one odd frame must not cost the interface its
// speed.
constexpr int kRefusals = 8;

constexpr std::size_t kMaxPieces = 1023;  // UIO_MAXIOV, less the virtio header

}  // namespace

std::size_t TapQueue::read(std::span<Frame> frames) noexcept {
  MutableBytes room = buffers_.whole().subspan(kOverlap);
  std::size_t used = 0;
  std::size_t filled = 0;
  while (filled < frames.size() && used < kFrameBatchBytes && !gone() &&
         room.size() >= kFrameHeadroom + kLargestFrame) {
    const MutableBytes slot = room.subspan(kFrameHeadroom, kLargestFrame);
    VirtioHeader header;
    const ssize_t got = read_one(slot, header);
    if (got < 0) {
      if (errno == EINTR) continue;
      if (means_gone(errno)) gone_.store(true, std::memory_order_relaxed);
      break;
    }
    if (got < static_cast<ssize_t>(sizeof header)) continue;
    const MutableBytes bytes = slot.first(static_cast<std::size_t>(got) - sizeof header);
    frames[filled++] = Frame{bytes, to_offload(header, bytes)};
    used += kFrameHeadroom + bytes.size();
    room = room.subspan(kFrameHeadroom + bytes.size());
  }
  return filled;
}

/// Reads a frame to `slot` and its virtio header. A plain read into the bytes before the slot, because
/// vectors cost a tenth of the time that a small frame takes. The header is longer than the headroom, so what
/// it covers of the frame before is put back.
ssize_t TapQueue::read_one(MutableBytes slot, VirtioHeader& header) noexcept {
  std::uint8_t* const at = slot.data() - sizeof header;
  std::array<std::uint8_t, kOverlap> covered;
  std::copy_n(at, kOverlap, covered.begin());
  // Not ::read(), which is a cancellation point and as such costs two atomic operations.
  const ssize_t got = ::syscall(SYS_read, fd_.get(), at, sizeof header + slot.size());
  if (got > 0) std::memcpy(&header, at, sizeof header);
  std::copy_n(covered.begin(), kOverlap, at);
  return got;
}

void TapQueue::write(std::span<const Delivery> frames, std::span<TapWrite> results) noexcept {
  const std::size_t count = std::min(frames.size(), results.size());
  for (std::size_t i = 0; i < count; ++i) results[i] = gone() ? TapWrite::kDown : write_one(frames[i]);
}

TapWrite TapQueue::write_one(const Delivery& frame) noexcept {
  VirtioHeader header = to_virtio(frame.offload);
  const bool superframe = frame.offload.gso != FrameOffload::Gso::kNone;
  std::array<iovec, 1 + kMaxPieces> parts;
  parts[0] = {&header, sizeof header};
  const auto pieces = frame.pieces.first(std::min(frame.pieces.size(), kMaxPieces));
  for (std::size_t i = 0; i < pieces.size(); ++i)
    parts[1 + i] = {const_cast<std::uint8_t*>(pieces[i].data()), pieces[i].size()};  // writev only reads
  while (::writev(fd_.get(), parts.data(), static_cast<int>(1 + pieces.size())) < 0) {
    if (errno == EINTR) continue;
    if (means_gone(errno)) gone_.store(true, std::memory_order_relaxed);
    if (gone() || errno == EIO || errno == ENETDOWN) return TapWrite::kDown;
    if (errno == EINVAL && superframe) {
      if (refusals_.fetch_add(1, std::memory_order_relaxed) + 1 == kRefusals)
        takes_offload_.store(false, std::memory_order_relaxed);
      return TapWrite::kOffloadRefused;
    }
    // EAGAIN, ENOBUFS and ENOMEM are a full queue. Anything else concerns this frame alone: the interface is
    // there and up and did not accept it, so it is counted with those and the next frame has its own chance.
    return TapWrite::kFull;
  }
  // Looked at first: it is next to never set, and a store would take the line from other writers.
  if (superframe && refusals_.load(std::memory_order_relaxed) != 0)
    refusals_.store(0, std::memory_order_relaxed);
  return TapWrite::kWritten;
}

}  // namespace vxtap::io
