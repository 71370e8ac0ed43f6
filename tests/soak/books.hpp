#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "lab/vxtapd.hpp"

/// Packet accounting between two vxtapd on a wire whose packets are cut (WireOptions::tx_offload off), by the
/// counters of both and of their kernels. A packet is in exactly one place:
///
///     senders -> TAP -> vxtapd -> underlay -> vxtapd -> TAP -> receivers
///            kernel's    its drop      sockets'    its drop     sockets'
///            queue       reasons       queues      reasons      queues
namespace vxtap::soak {

struct SegmentCounts {
  std::int64_t sent = 0;         ///< out of the TAP, to the underlay
  std::int64_t received = 0;     ///< from the underlay, into the TAP
  std::int64_t drops_out = 0;    ///< reasons of frames from the TAP
  std::int64_t drops_in = 0;     ///< reasons of datagrams from the underlay
  std::int64_t queue_drops = 0;  ///< the kernel's, for want of room in the TAP's queues
  bool operator==(const SegmentCounts&) const = default;
};

/// One end at one moment.
struct Counts {
  std::map<unsigned, SegmentCounts> segments;  ///< by VNI
  std::int64_t drops_in = 0;                   ///< before a segment is known
  std::int64_t socket_drops = 0;               ///< of the underlay's sockets
  std::int64_t wire_drops = 0;                 ///< of the underlay's interface
  bool operator==(const Counts&) const = default;

  static Counts of(lab::Vxtapd& daemon);
  /// What became of them since.
  Counts since(const Counts& before) const;
  std::int64_t sent() const;
  /// All that arrived, or is known not to have. What is sent to a group comes back to its sender's own
  /// sockets as well, where nobody can tell it from what others sent; so none of these segments may.
  std::int64_t accounted() const;
};

/// Waits until nothing moves any more at either end.
void settle(lab::Vxtapd& left, lab::Vxtapd& right);

/// How often the kernel had no room in a UDP socket of that port (proc_net_udp(5), drops).
std::int64_t socket_drops(lab::Host& host, std::uint16_t port);

}  // namespace vxtap::soak
