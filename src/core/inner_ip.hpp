#pragma once

#include <cstdint>
#include <optional>

#include "vxtap/bytes.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap {

/// What the walks need of an inner IP header, parsed once (RFC 791, RFC 8200).
struct InnerIp {
  bool v6 = false;
  std::size_t offset = 0;      ///< of the IP header in the frame
  std::size_t l4_offset = 0;   ///< behind IPv4 options or the IPv6 extension headers that were stepped over
  std::uint8_t protocol = 0;   ///< of what stands at l4_offset
  bool fragment = false;       ///< any fragment, the first included
  bool dont_fragment = false;  ///< IPv4's DF; IPv6 is never fragmented on its way
  std::uint8_t traffic_class = 0;
  std::uint8_t ttl = 0;  ///< or hop limit

  /// Empty for anything but IPv4 or IPv6, and for a header cut short or inconsistent. At most eight IPv6
  /// extension headers are stepped over, each within the frame.
  static std::optional<InnerIp> parse(const EthernetHeader& ethernet, BytesView frame) noexcept;

  std::size_t address_offset() const noexcept { return offset + (v6 ? 8 : 12); }
  std::size_t address_size() const noexcept { return v6 ? 16 : 4; }
};

inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr std::uint8_t kProtocolUdp = 17;

}  // namespace vxtap
