#pragma once

#include <random>
#include <string>

#include "support/naive_offload.hpp"
#include "support/values.hpp"
#include "vxtap/ports.hpp"

namespace vxtap::test {

std::string random_text(std::mt19937& random, std::size_t count);

/// A TCP or UDP frame made by libtins, checksum complete, and where things are in it.
struct L4Frame {
  std::string what;
  Bytes bytes;
  bool v6 = false;
  bool tcp = false;
  std::size_t ip_offset = 14;
  std::size_t l4_offset = 34;
  std::size_t header_size = 0;  ///< where the L4 payload begins
  std::size_t trailer = 0;      ///< bytes behind the IP packet

  std::size_t checksum_offset() const { return tcp ? 16 : 6; }
  std::size_t checksum_at() const { return l4_offset + checksum_offset(); }
  std::uint16_t checksum() const;

  /// The same frame with another number in the checksum field.
  Bytes with_checksum(std::uint16_t value) const;
  /// The folded pseudo-header sum, worked out here.
  std::uint16_t pseudo_header_sum() const;
  /// As a sender leaves it that counts on a device.
  Bytes unfinished() const { return with_checksum(pseudo_header_sum()); }
};

struct Shape {
  bool v6 = false;
  bool tcp = false;
  bool vlan = false;
};

L4Frame make_frame(const Shape& shape, const std::string& payload);

/// A packet in what the segmenter and the coalescer keep, change or look at.
struct PacketSpec {
  Shape shape;
  bool service_tag = false;          ///< 802.1ad in front of the shape's 802.1Q tag
  bool ip_options = false;           ///< IPv4: 8 bytes; IPv6: two extension headers, 24 bytes
  bool tcp_options = false;          ///< timestamps, and padding
  std::uint16_t identification = 1;  ///< IPv4's
  std::uint32_t sequence = 0;
  std::uint16_t tcp_flags = 0;  ///< 12 bits, those of RFC 3168 and RFC 9768 included
};

L4Frame make_packet(const PacketSpec& spec, const std::string& payload);

/// The headers of what a guest hands to its device, what stands behind them, and what both were made of.
struct Superframe {
  std::string what;
  PacketSpec spec;
  std::string payload;
  Bytes headers;
  FrameOffload offload;
};

/// As a guest leaves it: no checksum worth the name, and `stated_length` in the IP header and UDP's.
Superframe make_superframe(const PacketSpec& spec, std::string payload, std::uint16_t segment_size,
                           std::uint16_t stated_length = 0);

/// Every shape with and without options, 300 bytes by 100.
std::vector<Superframe> all_superframes();

/// All eight shapes with this payload.
std::vector<L4Frame> all_shapes(const std::string& payload);

}  // namespace vxtap::test
