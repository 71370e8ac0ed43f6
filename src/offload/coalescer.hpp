#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "offload/coalesce_rules.hpp"
#include "vxtap/bytes.hpp"
#include "vxtap/ports.hpp"

namespace vxtap {

/// Joins the packets of a batch into superframes before they are written to a TAP, as GRO would, without
/// copying a payload. One thread at a time.
class Coalescer {
 public:
  /// What a host takes as one superframe: UDP_MAX_SEGMENTS before Linux 6.9, and UIO_MAXIOV less some room.
  static constexpr std::size_t kMaxUdpPackets = 64;
  static constexpr std::size_t kMaxPieces = 1000;

  /// A frame to write and what it was made of.
  struct Run {
    /// One piece for each packet that was added: the first whole, of the others the payload. Headers are
    /// offload.header_size bytes of a superframe.
    Delivery frame;
    std::uint32_t group = 0;
    std::uint32_t packets = 0;  ///< that came in; a superframe that was added counts as what it stands for
    std::uint64_t bytes = 0;    ///< of their inner frames, each with its own headers
  };

  /// Allocates for `capacity` packets, and never again.
  explicit Coalescer(std::size_t capacity);

  bool full() const noexcept { return packets_ == slices_.size(); }

  /// Adds the next packet in order of arrival. Its bytes, whose headers may be rewritten, are borrowed until
  /// clear(). Only packets of one `group` (a segment of the caller's) are joined. `offload` is what
  /// recognise_partial_checksum said of it. Not when full(), nor between finish() and clear().
  void add(std::uint32_t group, MutableBytes bytes, const FrameOffload& offload) noexcept;

  /// The short way for the common case: adds a packet that continues an open run and has right checksums of
  /// its own. False: it was not added, and is to be recognised and added.
  bool add_next(std::uint32_t group, MutableBytes bytes) noexcept;

  /// The same as add() for a packet that is to stay by itself, as it is.
  void add_alone(std::uint32_t group, MutableBytes bytes, const FrameOffload& offload) noexcept;

  /// What is to be written, in an order that keeps every flow's own: that of their first packets. Until
  /// clear().
  std::span<const Run> finish() noexcept;
  void clear() noexcept;

 private:
  /// A packet's part of its run's frame. Flows interleave, so those of a run are linked.
  struct Slice {
    BytesView bytes;
    std::uint32_t next = 0;
  };

  /// A run that may still grow.
  struct OpenRun {
    FlowLayout layout;
    MutableBytes first;  ///< its first packet, untouched while the run is open
    std::uint32_t run = 0;
    std::uint32_t group = 0;
    std::uint32_t ports = 0;
    std::uint32_t last_slice = 0;
    std::uint32_t packets = 0;
    std::size_t segment_size = 0;  ///< the first packet's payload
    std::size_t payload_size = 0;  ///< of all
    std::uint16_t identification_step = 0;
    bool verified = false;  ///< the first packet's checksums
    bool push = false;

    FlowPacket packet() const noexcept { return {layout, first}; }
  };

  /// Flows that grow at the same time; one more closes the one that rested longest.
  static constexpr std::size_t kOpenRuns = 8;

  // One entry for each packet, the first packets_ of them in use, in order of arrival; pieces_ has them run
  // by run.
  std::size_t packets_ = 0;
  std::vector<Slice> slices_;
  std::vector<BytesView> pieces_;

  // One entry for each run, in order of its first packet.
  std::vector<Run> runs_;
  std::vector<std::uint32_t> first_slice_;

  std::array<OpenRun, kOpenRuns> open_{};
  std::uint32_t open_bits_ = 0;  ///< which of open_ are

  template <typename Action>
  void for_each_open(Action action) noexcept;
  OpenRun* find_same_headers(std::uint32_t group, BytesView bytes) noexcept;
  OpenRun* find_flow(std::uint32_t group, const FlowPacket& packet) noexcept;
  bool continues(OpenRun& run, const FlowPacket& packet, bool partial) const noexcept;
  void append(OpenRun& run, const FlowPacket& packet) noexcept;
  std::uint32_t push_slice(BytesView bytes) noexcept;
  void push_run(std::uint32_t group, MutableBytes bytes, const FrameOffload& offload) noexcept;
  void open(const FlowLayout& layout, MutableBytes bytes) noexcept;
  std::size_t free_slot() noexcept;
  void close(OpenRun& run) noexcept;
  void close_group(std::uint32_t group) noexcept;
};

}  // namespace vxtap
