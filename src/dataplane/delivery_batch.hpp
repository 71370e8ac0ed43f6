#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dataplane/events.hpp"
#include "dataplane/port_map.hpp"
#include "dataplane/pump_counters.hpp"
#include "offload/coalescer.hpp"
#include "offload/segmenter.hpp"

namespace vxtap::dataplane {

/// Inner frames on their way to TAPs. Packets of one flow are joined to superframes where the host takes
/// them, superframes that a kernel VTEP sent are cut where it does not; flush() writes them all and counts
/// what became of them. No payload is copied, nothing is allocated after construction. Worker thread only.
class DeliveryBatch {
 public:
  DeliveryBatch(const PortMap& ports, Events& events, PumpCounters& counters);

  /// Takes a frame; the bytes, and kVlanTagSize writable ones before them, must last until flush(). Writes
  /// what was gathered when there is no room for more. `segment` is one of `segments`, which stays the same
  /// until flush().
  void add(const SegmentTable& segments, const Segment& segment, MutableBytes inner);
  void flush() noexcept;

  /// The TAPs that the last flush() wrote to, some perhaps more than once.
  std::span<const TapId> written_taps() const noexcept { return written_taps_; }

 private:
  // Constant after construction.
  const PortMap& ports_;
  Events& events_;
  PumpCounters& counters_;

  // Worker thread only.
  const SegmentTable* segments_ = nullptr;
  Coalescer coalescer_;
  std::vector<Delivery> frames_;
  std::vector<TapWrite> written_;
  std::vector<TapId> written_taps_;

  /// How a run fared: what became of its packets, or of those that did not get through.
  struct Outcome {
    TapWrite result = TapWrite::kWritten;
    std::uint32_t lost = 0;
  };

  const Segment& segment_of(const Coalescer::Run& run) const noexcept;
  void write(std::span<const Coalescer::Run> runs, TapPort* tap) noexcept;
  Outcome write_packets(const Coalescer::Run& run, TapPort& tap) noexcept;
  void count(const Coalescer::Run& run, Outcome outcome) noexcept;
};

}  // namespace vxtap::dataplane
