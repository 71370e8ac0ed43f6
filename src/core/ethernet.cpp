#include "vxtap/ethernet.hpp"

namespace vxtap {

std::optional<EthernetHeader> EthernetHeader::parse(BytesView frame) noexcept {
  const auto first = load_be<std::uint64_t>(frame, 0);
  const auto second = load_be<std::uint64_t>(frame, kEthernetHeaderSize - sizeof(std::uint64_t));
  if (!first || !second) return std::nullopt;
  EthernetHeader header{MacAddress::from_u64(*first >> 16), MacAddress::from_u64(*second >> 16),
                        static_cast<std::uint16_t>(*second), kEthernetHeaderSize};
  for (int tags = 0; tags < 2; ++tags) {
    if (!is_vlan_tag(header.ether_type)) break;
    const auto ether_type = load_be<std::uint16_t>(frame, header.size + 2);
    if (!ether_type) break;
    header.ether_type = *ether_type;
    header.size += kVlanTagSize;
  }
  return header;
}

}  // namespace vxtap
