#pragma once

#include "conformance/stage.hpp"

namespace vxtap::conformance {

/// An overlay datagram from host 0 to a new station, unlike any other of the stage.
lab::UdpFrame datagram_out(Stage& stage, lab::Family inner);

/// A packet of host 1 to host 0's VTEP, whole, to be sent on eth0.
lab::Bytes outer_packet(Stage& stage, const lab::Bytes& payload);

/// Sends a good packet with one reserved bit set for each of them: "0 of 39 passed".
std::string each_reserved_bit(Stage& stage);

/// The frame with another TTL or hop limit; or with the IPv4 don't-fragment flag. Checksums follow.
lab::Bytes with_ttl(const lab::Bytes& frame, std::uint8_t ttl);
lab::Bytes with_dont_fragment(const lab::Bytes& frame);

/// "0x28"
std::string hex(unsigned value);

}  // namespace vxtap::conformance
