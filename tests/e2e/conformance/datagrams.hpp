#pragma once

#include "conformance/stage.hpp"

namespace vxtap::conformance {

/// An overlay datagram from host 0 to a new station, unlike any other of the stage.
lab::UdpFrame datagram_out(Stage& stage, lab::Family inner);

/// The frame with another TTL or hop limit; or with the IPv4 don't-fragment flag. Checksums follow.
lab::Bytes with_ttl(const lab::Bytes& frame, std::uint8_t ttl);
lab::Bytes with_dont_fragment(const lab::Bytes& frame);

/// "0x28"
std::string hex(unsigned value);

}  // namespace vxtap::conformance
