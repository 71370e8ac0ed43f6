#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dataplane/events.hpp"
#include "dataplane/port_map.hpp"
#include "dataplane/pump_counters.hpp"
#include "offload/segmenter.hpp"
#include "vxtap/forwarder.hpp"

namespace vxtap::dataplane {

/// Frames on their way to the underlay. Each is encapsulated once, a superframe as a train of the packets it
/// stands for, and listed for each of its remotes; flush() sends them all and counts what became of them. No
/// payload is copied, nothing is allocated after construction. Worker thread only.
class OutboundBatch {
 public:
  OutboundBatch(const PortMap& ports, Events& events, PumpCounters& counters);

  /// Takes a frame of its segment; the bytes must last until flush(), and the headroom before them is used.
  /// Sends what was gathered when there is no room for more. False: the superframe's headers are not what its
  /// offload says.
  bool add(const TapVerdict& verdict, const Frame& frame);
  void flush();

 private:
  // Constant after construction.
  const PortMap& ports_;
  Events& events_;
  PumpCounters& counters_;

  /// A train, or a single datagram, whatever the number of its copies.
  struct Train {
    const Segment* segment = nullptr;
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;         // of the inner frames
    std::uint64_t least_failed = 0;  // packets that failed of the copy that fared best
  };

  // Worker thread only. Spans and pointers into these stay good because none ever grows beyond its capacity.
  std::vector<std::uint8_t> headers_;
  std::size_t headers_used_ = 0;
  std::vector<BytesView> pieces_;
  std::vector<Train> trains_;
  std::vector<Outbound> copies_;
  std::vector<std::uint32_t> copy_trains_;  // index into trains_, of copies_
  std::vector<SendResult> results_;

  bool add_superframe(const TapVerdict& verdict, const Frame& frame);
  void add_packets(const TapVerdict& verdict, const Segmenter& segmenter, BytesView payload,
                   std::size_t first, std::size_t last);
  void make_room(std::size_t pieces, std::size_t header_bytes);
  void list(const TapVerdict& verdict, std::size_t first_piece, std::size_t datagram_size,
            std::uint64_t packets);
  void send_copies();
};

}  // namespace vxtap::dataplane
