#pragma once

#include <chrono>
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

/// How many packets a frame of `size` bytes stands for.
constexpr std::uint64_t packets_of(std::size_t size, const FrameOffload& offload) noexcept {
  if (offload.gso == FrameOffload::Gso::kNone || offload.segment_size == 0) return 1;
  if (size <= offload.header_size) return 1;
  return (size - offload.header_size + offload.segment_size - 1) / offload.segment_size;
}

/// Bytes of those packets together, each with its own headers.
constexpr std::uint64_t bytes_of(std::size_t size, const FrameOffload& offload) noexcept {
  return size + (packets_of(size, offload) - 1) * offload.header_size;
}

/// Bytes of a port's buffer in front of every frame it reads: room for the VXLAN header, so that a frame
/// leaves as one piece without being copied.
inline constexpr std::size_t kFrameHeadroom = 8;

/// An inner Ethernet frame read from a TAP. The bytes, and kFrameHeadroom writable ones before them, are
/// borrowed from the port's buffers until its next read.
struct Frame {
  MutableBytes bytes;
  FrameOffload offload;

  /// How many packets the frame stands for.
  std::uint64_t packets() const noexcept { return packets_of(bytes.size(), offload); }
};

/// An inner Ethernet frame to be written to a TAP. All that it points to lasts until the write returns.
struct Delivery {
  std::span<const BytesView> pieces;  ///< the frame's bytes in order; the first piece holds all headers
  FrameOffload offload;
};

enum class TapWrite : std::uint8_t {
  kWritten,
  kDown,
  kFull,
  kOffloadRefused,  ///< the host takes no superframes after all; cut it and write the packets
};

/// One queue of a TAP interface, first of the two seams. One thread at a time reads, any number write.
class TapPort {
 public:
  virtual ~TapPort() = default;

  /// Fills `frames` from the front without waiting and returns how many there were.
  virtual std::size_t read(std::span<Frame> frames) noexcept = 0;

  /// Hands frames to the host. results[i] says what became of frames[i]; spans of equal length.
  virtual void write(std::span<const Delivery> frames, std::span<TapWrite> results) noexcept = 0;

  /// False: the host wants every packet by itself and complete, no superframe and no checksum left to finish.
  virtual bool takes_offload() const noexcept = 0;
};

/// A UDP payload that arrived, or a train of them from one sender. Borrowed until the next receive.
struct Datagram {
  VtepAddress source;
  std::uint16_t source_port = 0;  ///< host order
  std::uint8_t tos = 0;           ///< outer IPv4 ToS or IPv6 traffic class, ECN in the low two bits
  MutableBytes payload;           ///< from the VXLAN header on
  std::uint16_t train_size = 0;   ///< not 0: payload holds datagrams of this size, the last may be shorter
};

/// Fields of the outer headers that the core decides for each frame.
struct OuterHeader {
  Vni vni;
  std::uint32_t flow_hash = 0;     ///< of the inner flow; picks the source port within the segment's range
  std::uint8_t tos = 0;            ///< DSCP and ECN
  std::uint8_t ttl = 0;            ///< 0: 64, or 1 to a multicast group
  bool dont_fragment = false;      ///< IPv4's DF, and no fragmentation by this host
  std::uint16_t send_profile = 0;  ///< which of the underlay's sender groups (source ports, checksum)
};

/// The most that one Outbound may hold and still leave in a single call: what UDP_SEGMENT takes (Linux,
/// UDP_MAX_SEGMENTS was 64 until 6.9) and IPv4's total length.
inline constexpr std::size_t kMaxTrainDatagrams = 63;
inline constexpr std::size_t kMaxTrainBytes = 65507;

/// One encapsulated copy to send: a datagram or a train of them, VXLAN headers included. What it points to
/// lasts until the send returns.
struct Outbound {
  Remote remote;
  OuterHeader outer;
  std::span<const BytesView>
      pieces;              ///< the payloads' bytes in order; none crosses from one datagram to the next
  std::uint32_t size = 0;  ///< bytes in all
  std::uint32_t datagram_size = 0;  ///< of each datagram; the last may be shorter

  std::uint32_t datagrams() const noexcept { return (size + datagram_size - 1) / datagram_size; }
};

/// What became of an Outbound.
struct SendResult {
  int error = 0;             ///< errno of the first datagram that failed, 0 for none
  std::uint32_t failed = 0;  ///< how many datagrams did
  int train_refused = 0;  ///< errno of the kernel's refusal of a train, whose datagrams then left one by one
};

/// A local VTEP's UDP side, second of the two seams. One thread at a time receives, one sends.
class Underlay {
 public:
  virtual ~Underlay() = default;

  /// Fills `datagrams` from the front without waiting and returns how many there were.
  virtual std::size_t receive(std::span<Datagram> datagrams) noexcept = 0;

  /// Sends every copy on its own account: results[i] says how copies[i] fared; one failure stops none of the
  /// others. Spans of equal length.
  virtual void send(std::span<const Outbound> copies, std::span<SendResult> results) noexcept = 0;

  /// Largest IP packet that reaches the remote in one piece, as far as this host knows: the route's MTU, or
  /// what a router on the way reported. 0: not known. The sending thread.
  virtual std::uint32_t path_mtu(const Remote& remote,
                                 std::chrono::steady_clock::time_point now) noexcept = 0;
};

}  // namespace vxtap
