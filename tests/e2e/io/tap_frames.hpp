#pragma once

#include <tins/tins.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "io/tap_device.hpp"
#include "io/tap_queue.hpp"

namespace vxtap::test {

using Bytes = std::vector<std::uint8_t>;

/// A TAP that exists, is up and has one queue open.
struct OpenTap {
  explicit OpenTap(const std::string& name, bool offload = false);

  io::PacketBuffers buffers{16, 70000};
  io::TapDevice device;
  io::TapQueue queue;
};

/// Settings of an interface that is up and otherwise as it came.
io::TapSettings plain_tap(const std::string& name, unsigned queues = 1);

/// The first frame that `wanted` accepts; others (the host's own IPv6 chatter) are passed over. Fails the
/// test when none comes.
struct ReceivedFrame {
  Bytes bytes;
  FrameOffload offload;
};
ReceivedFrame next_frame(io::TapQueue& queue, const std::function<bool(const Bytes&)>& wanted);

/// Whether it is an IPv4 packet of this protocol.
bool is_ipv4(const Bytes& frame, std::uint8_t protocol);

/// Writes one frame.
TapWrite write_frame(io::TapQueue& queue, Bytes bytes, const FrameOffload& offload = {});

/// A frame from 10.0.0.1 to 10.0.0.2 with all checksums complete, by libtins.
Bytes udp_frame(const Bytes& payload);
Bytes tcp_frame(const Bytes& payload);

/// Puts the folded pseudo-header sum into the L4 checksum field of an IPv4 frame without options, as a host
/// does that leaves the rest to its device.
void make_partial(Bytes& frame, std::size_t field_offset);

/// The frame with every length and checksum computed anew by libtins.
Bytes recomputed(const Bytes& frame);

/// `count` bytes that do not repeat early.
Bytes pattern(std::size_t count);

}  // namespace vxtap::test
