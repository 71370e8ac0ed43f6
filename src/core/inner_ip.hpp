#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "vxtap/bytes.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/vtep_address.hpp"

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
inline constexpr std::uint8_t kProtocolIcmpv6 = 58;

inline constexpr std::size_t kIpv4Header = 20;  // without options
inline constexpr std::size_t kIpv6Header = 40;  // which its length does not count

/// An IPv4 or IPv6 address that stands in a packet; empty when it would reach past the end.
std::optional<VtepAddress> load_address(BytesView bytes, std::size_t offset, bool v6) noexcept;

}  // namespace vxtap
