#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "vxtap/bytes.hpp"
#include "vxtap/vni.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap {

/// What a virtio_net_hdr says of a frame (virtio 1.2, 5.1.6), in our words. Offsets count from the first byte
/// of the Ethernet header.
struct FrameOffload {
  enum class Gso : std::uint8_t { kNone, kTcpV4, kTcpV6, kUdp };

  /// The L4 checksum field holds only the folded pseudo-header sum; who puts the frame on a wire finishes it.
  bool needs_checksum = false;
  std::uint16_t checksum_start = 0;   ///< first byte summed
  std::uint16_t checksum_offset = 0;  ///< the field, counted from checksum_start
  Gso gso = Gso::kNone;               ///< other than kNone: a superframe
  bool tcp_ecn = false;               ///< superframe with CWR: set on its first segment only
  std::uint16_t segment_size = 0;     ///< L4 payload of each packet of a superframe
  std::uint16_t header_size = 0;      ///< bytes of a superframe that each packet repeats
};

/// An inner Ethernet frame. The bytes are borrowed from the port's buffers until its next read.
struct Frame {
  MutableBytes bytes;
  FrameOffload offload;

  /// How many packets the frame stands for.
  std::uint64_t packets() const noexcept {
    if (offload.gso == FrameOffload::Gso::kNone || offload.segment_size == 0) return 1;
    if (bytes.size() <= offload.header_size) return 1;
    return (bytes.size() - offload.header_size + offload.segment_size - 1) / offload.segment_size;
  }
};

enum class TapWrite : std::uint8_t { kWritten, kDown, kFull };

/// One queue of a TAP interface, first of the two seams. One thread at a time.
class TapPort {
 public:
  virtual ~TapPort() = default;

  /// Fills `frames` from the front without waiting and returns how many there were.
  virtual std::size_t read(std::span<Frame> frames) noexcept = 0;

  /// Hands frames to the host. results[i] says what became of frames[i]; spans of equal length.
  virtual void write(std::span<const Frame> frames, std::span<TapWrite> results) noexcept = 0;
};

/// A UDP payload that arrived. Borrowed until the next receive.
struct Datagram {
  VtepAddress source;
  std::uint16_t source_port = 0;  ///< host order
  std::uint8_t tos = 0;           ///< outer IPv4 ToS or IPv6 traffic class, ECN in the low two bits
  MutableBytes payload;           ///< from the VXLAN header on
};

/// Fields of the outer headers that the core decides for each frame.
struct OuterHeader {
  Vni vni;
  std::uint32_t flow_hash = 0;     ///< of the inner flow; picks the source port within the segment's range
  std::uint8_t tos = 0;            ///< DSCP and ECN
  std::uint16_t send_profile = 0;  ///< which of the underlay's sender groups (source ports, checksum)
};

/// One encapsulated copy to send.
struct Outbound {
  const Frame* frame =
      nullptr;  ///< complete: no checksum left to finish, no superframe unless the port splits
  Remote remote;
  OuterHeader outer;
};

/// A local VTEP's UDP side, second of the two seams. One thread at a time.
class Underlay {
 public:
  virtual ~Underlay() = default;

  /// Fills `datagrams` from the front without waiting and returns how many there were.
  virtual std::size_t receive(std::span<Datagram> datagrams) noexcept = 0;

  /// Sends every copy on its own account: errnos[i] is 0 or why copies[i] failed; one failure stops none of
  /// the others. Spans of equal length.
  virtual void send(std::span<const Outbound> copies, std::span<int> errnos) noexcept = 0;
};

}  // namespace vxtap
