#include "io/packet_buffers.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <string>
#include <utility>

#include "io/system_error.hpp"

namespace vxtap::io {
namespace {

constexpr std::size_t kCacheLine = 64;

// An odd number of cache lines from slot to slot: with page-sized strides the headers of all slots would
// share the same few sets of the first-level cache, and a batch of small frames would evict itself.
std::size_t stride_of(std::size_t size) {
  const std::size_t lines = (size + kCacheLine - 1) / kCacheLine;
  return (lines | 1) * kCacheLine;
}

}  // namespace

PacketBuffers::PacketBuffers(std::size_t count, std::size_t size)
    : count_(count), size_(size), stride_(stride_of(size)) {
  void* memory = ::mmap(nullptr, count_ * stride_, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    throw SystemError(std::to_string(count_ * stride_) + " bytes of packet buffers", errno,
                      "raise the memory limit or lower the number of workers");
  base_ = static_cast<std::uint8_t*>(memory);
}

PacketBuffers::PacketBuffers(PacketBuffers&& other) noexcept
    : count_(std::exchange(other.count_, 0)),
      size_(other.size_),
      stride_(other.stride_),
      base_(std::exchange(other.base_, nullptr)) {}

PacketBuffers::~PacketBuffers() {
  if (base_ != nullptr) ::munmap(base_, count_ * stride_);
}

}  // namespace vxtap::io
