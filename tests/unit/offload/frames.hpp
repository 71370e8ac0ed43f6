#pragma once

#include <string>

#include "support/values.hpp"

namespace vxtap::test {

/// A TCP or UDP frame made by libtins, checksum complete, and where things are in it.
struct L4Frame {
  std::string what;
  Bytes bytes;
  bool v6 = false;
  bool tcp = false;
  std::size_t ip_offset = 14;
  std::size_t l4_offset = 34;
  std::size_t trailer = 0;  ///< bytes behind the IP packet

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

/// All eight shapes with this payload.
std::vector<L4Frame> all_shapes(const std::string& payload);

/// RFC 1071 as its section 4.1 has it, two bytes at a time.
std::uint16_t naive_sum(BytesView bytes, std::uint32_t initial = 0);

}  // namespace vxtap::test
