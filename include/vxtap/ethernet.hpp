#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "vxtap/bytes.hpp"
#include "vxtap/mac_address.hpp"

namespace vxtap {

inline constexpr std::size_t kEthernetHeaderSize = 14;
inline constexpr std::size_t kVlanTagSize = 4;

enum class EtherType : std::uint16_t {
  kIpv4 = 0x0800,
  kArp = 0x0806,
  kVlan = 0x8100,
  kIpv6 = 0x86DD,
  kServiceVlan = 0x88A8,
};

/// Whether a tag of a customer's or a provider's VLAN begins with it (IEEE 802.1Q-2018 9.5).
constexpr bool is_vlan_tag(std::uint16_t ether_type) noexcept {
  const auto type = static_cast<EtherType>(ether_type);
  return type == EtherType::kVlan || type == EtherType::kServiceVlan;
}

///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                      destination address                      |
/// |                               +-------------------------------+
/// |                               |         source address        |
/// +-------------------------------+                               |
/// |                                                               |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           EtherType           |  (IEEE 802.3-2018 3.1.1, no FCS)
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
struct EthernetHeader {
  MacAddress destination;
  MacAddress source;
  std::uint16_t ether_type = 0;            ///< behind any 802.1Q tags, host order
  std::size_t size = kEthernetHeaderSize;  ///< offset of the payload: 14, or 4 more for each tag

  /// Empty when the frame is shorter than 14 bytes. At most two tags are stepped over; a tag that is cut
  /// short leaves ether_type at the tag's own value.
  static std::optional<EthernetHeader> parse(BytesView frame) noexcept;
};

}  // namespace vxtap
