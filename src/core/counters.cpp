#include "vxtap/counters.hpp"

namespace vxtap {

void SegmentTotals::add(const SegmentCounters& counters) noexcept {
  tx_packets += counters.tx.packets.read();
  tx_bytes += counters.tx.bytes.read();
  rx_packets += counters.rx.packets.read();
  rx_bytes += counters.rx.bytes.read();
  flooded += counters.flooded.read();
  flooded_copies += counters.flooded_copies.read();
  suppressed += counters.suppressed.read();
  partial_checksum_completed += counters.partial_checksum_completed.read();
  fdb_full += counters.fdb_full.read();
  for (std::size_t i = 0; i < kDropReasonCount; ++i)
    drops[i] += counters.drops.read(static_cast<DropReason>(i));
}

}  // namespace vxtap
