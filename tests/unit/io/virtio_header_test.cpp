#include "io/virtio_header.hpp"

#include <cstring>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace vxtap;
using io::to_offload;
using io::to_virtio;
using io::VirtioHeader;
using Gso = FrameOffload::Gso;

namespace {

constexpr std::uint16_t kL4OfIpv4 = 14 + 20;
constexpr std::uint16_t kL4OfIpv6 = 14 + 40;

/// A frame of `size` bytes that is all zero but for the TCP data offset, in 32-bit words.
std::vector<std::uint8_t> frame_of(std::size_t size, std::size_t l4 = 0, std::uint8_t data_offset = 0) {
  std::vector<std::uint8_t> frame(size);
  if (data_offset != 0) frame.at(l4 + 12) = static_cast<std::uint8_t>(data_offset << 4);
  return frame;
}

/// What include/uapi/linux/virtio_net.h lays out, written byte by byte.
VirtioHeader raw(std::uint8_t flags, std::uint8_t type, std::uint16_t header_length, std::uint16_t gso_size,
                 std::uint16_t start, std::uint16_t offset) {
  std::uint8_t bytes[10] = {flags, type};
  const std::uint16_t words[4] = {header_length, gso_size, start, offset};
  std::memcpy(bytes + 2, words, sizeof words);
  VirtioHeader header;
  std::memcpy(&header, bytes, sizeof header);
  return header;
}

bool is_none(const FrameOffload& offload) {
  return !offload.needs_checksum && offload.gso == Gso::kNone;
}

}  // namespace

TEST_CASE("virtio header: a plain frame has no offload") {
  CHECK(is_none(to_offload(raw(0, 0, 0, 0, 0, 0), frame_of(60))));
}

TEST_CASE("virtio header: a partial checksum") {
  const auto offload = to_offload(raw(1, 0, 0, 0, kL4OfIpv4, 6), frame_of(60));
  CHECK(offload.needs_checksum);
  CHECK(offload.checksum_start == 34);
  CHECK(offload.checksum_offset == 6);
  CHECK(offload.gso == Gso::kNone);
}

TEST_CASE("virtio header: superframes, with the header size computed and not believed") {
  struct Row {
    const char* name;
    VirtioHeader header;
    std::vector<std::uint8_t> frame;
    Gso gso;
    bool ecn;
    std::uint16_t header_size;
    std::uint64_t packets;
  };
  const std::vector<Row> rows{
      {"TCP over IPv4 with timestamps", raw(1, 1, 9999, 1400, kL4OfIpv4, 16), frame_of(5000, kL4OfIpv4, 8),
       Gso::kTcpV4, false, 34 + 32, 4},
      {"TCP over IPv4 with CWR", raw(1, 0x81, 0, 1000, kL4OfIpv4, 16), frame_of(2054, kL4OfIpv4, 5),
       Gso::kTcpV4, true, 54, 2},
      {"TCP over IPv6", raw(1, 4, 0, 1000, kL4OfIpv6, 16), frame_of(74 + 1001, kL4OfIpv6, 5), Gso::kTcpV6,
       false, 74, 2},
      {"UDP", raw(1, 5, 0, 18, kL4OfIpv4, 6), frame_of(42 + 180, 0, 0), Gso::kUdp, false, 42, 10},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const FrameOffload offload = to_offload(row.header, row.frame);
    CHECK(offload.gso == row.gso);
    CHECK(offload.tcp_ecn == row.ecn);
    CHECK(offload.header_size == row.header_size);
    CHECK(offload.segment_size == row.header.gso_size);
    auto bytes = row.frame;
    CHECK(Frame{bytes, offload}.packets() == row.packets);
  }
}

TEST_CASE("virtio header: nonsense is no offload") {
  struct Row {
    const char* name;
    VirtioHeader header;
    std::vector<std::uint8_t> frame;
  };
  const std::vector<Row> rows{
      {"checksum field beyond the frame", raw(1, 0, 0, 0, 34, 25), frame_of(60)},
      {"checksum start beyond the frame", raw(1, 0, 0, 0, 65535, 65535), frame_of(60)},
      {"superframe without a checksum", raw(0, 1, 54, 1400, 0, 0), frame_of(5000, kL4OfIpv4, 5)},
      {"TCP data offset below 5", raw(1, 1, 54, 1400, kL4OfIpv4, 16), frame_of(5000, kL4OfIpv4, 4)},
      {"TCP header beyond the frame", raw(1, 1, 54, 1400, kL4OfIpv4, 16), frame_of(60, kL4OfIpv4, 15)},
      {"TCP superframe, UDP checksum", raw(1, 1, 54, 1400, kL4OfIpv4, 6), frame_of(5000, kL4OfIpv4, 5)},
      {"UDP superframe, TCP checksum", raw(1, 5, 42, 1400, kL4OfIpv4, 16), frame_of(5000)},
      {"UDP header that ends beyond the frame", raw(1, 5, 42, 1400, 53, 6), frame_of(60)},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(is_none(to_offload(row.header, row.frame)));
  }
}

TEST_CASE("virtio header: an empty frame is never looked into") {
  CHECK(is_none(to_offload(raw(1, 1, 0, 1400, 0, 0), {})));
}

TEST_CASE("virtio header: an unknown superframe keeps its checksum to be finished") {
  const auto offload = to_offload(raw(1, 3, 0, 1400, kL4OfIpv4, 6), frame_of(5000));
  CHECK(offload.needs_checksum);
  CHECK(offload.gso == Gso::kNone);
}

TEST_CASE("virtio header: offloads written for the kernel") {
  FrameOffload offload;
  CHECK(to_virtio(offload) == raw(0, 0, 0, 0, 0, 0));

  offload.needs_checksum = true;
  offload.checksum_start = 34;
  offload.checksum_offset = 16;
  CHECK(to_virtio(offload) == raw(1, 0, 0, 0, 34, 16));

  offload.segment_size = 1400;
  offload.header_size = 66;
  offload.gso = Gso::kTcpV4;
  CHECK(to_virtio(offload) == raw(1, 1, 66, 1400, 34, 16));
  offload.tcp_ecn = true;
  CHECK(to_virtio(offload) == raw(1, 0x81, 66, 1400, 34, 16));
  offload.gso = Gso::kTcpV6;
  CHECK(to_virtio(offload) == raw(1, 0x84, 66, 1400, 34, 16));

  offload.tcp_ecn = false;
  offload.gso = Gso::kUdp;
  CHECK(to_virtio(offload) == raw(1, 5, 66, 1400, 34, 16));
}
