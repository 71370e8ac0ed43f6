#pragma once

#include <array>
#include <cstddef>

#include "dataplane/events.hpp"
#include "dataplane/outbound_batch.hpp"
#include "dataplane/path_check.hpp"
#include "dataplane/port_map.hpp"
#include "dataplane/protocol_watch.hpp"
#include "dataplane/pump_counters.hpp"
#include "vxtap/forwarder.hpp"

namespace vxtap::dataplane {

/// The packet path from TAPs to the underlay: reads a batch, asks the forwarder about each frame, sends what
/// its verdicts say in batches and counts. No system call of its own, no lock, no allocation. One thread at a
/// time, but for counters().
class TapPump {
 public:
  /// Frames of one read: as many as leave together at best.
  static constexpr std::size_t kFrames = kMaxTrainDatagrams;

  /// `shard` is the index of this pump's SegmentCounters. The references outlive the object.
  TapPump(std::size_t shard, Fdb& fdb, const PortMap& ports, Events& events);

  /// Moves at most one batch; returns how many packets there were (a superframe counts as what it stands
  /// for), 0 when the TAP was empty.
  std::size_t pump(const SegmentTable& segments, TapId id, TapPort& tap, TimePoint now);

  /// Any thread may read.
  const PumpCounters& counters() const noexcept { return counters_; }

 private:
  Fdb& fdb_;
  Events& events_;
  PumpCounters counters_;
  ProtocolWatch protocols_;
  PathCheck paths_;
  OutboundBatch outbound_;
  std::array<Frame, kFrames> frames_;

  /// What a frame lost on its way: itself, or copies for some of its remotes.
  struct Loss {
    std::optional<DropReason> reason;
    std::size_t copies = 1;
  };

  /// The bytes that the way to the underlay may change, as the host handed them over: the head, where a tag
  /// is taken out, and the checksum field that is finished.
  class Original {
   public:
    explicit Original(const Frame& frame) noexcept;
    std::array<BytesView, 4> pieces() const noexcept;

   private:
    BytesView frame_;
    std::array<std::uint8_t, kEthernetHeaderSize + kVlanTagSize> head_;
    std::size_t head_size_;
    std::size_t field_at_;  // behind the head, of which it may be a part
    std::array<std::uint8_t, sizeof(std::uint16_t)> field_;
    std::size_t field_size_;
  };

  bool answers(const TapVerdict& verdict, const Frame& frame, TapPort& tap, TimePoint now);
  void take(const SegmentTable& segments, TapId id, const Frame& frame, TapPort& tap, TimePoint now);
  Loss forward(TapVerdict& verdict, Frame frame, TapPort& tap, TimePoint now);
};

}  // namespace vxtap::dataplane
