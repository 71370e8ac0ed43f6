#include "vxtap/ethernet.hpp"

namespace vxtap {

std::optional<EthernetHeader> EthernetHeader::parse(BytesView frame) noexcept {
  const auto destination = load_array<6>(frame, 0);
  const auto source = load_array<6>(frame, 6);
  auto ether_type = load_be<std::uint16_t>(frame, 12);
  if (!destination || !source || !ether_type) return std::nullopt;
  EthernetHeader header{MacAddress(*destination), MacAddress(*source), *ether_type, kEthernetHeaderSize};
  for (int tags = 0; tags < 2; ++tags) {
    const auto type = static_cast<EtherType>(header.ether_type);
    if (type != EtherType::kVlan && type != EtherType::kServiceVlan) break;
    ether_type = load_be<std::uint16_t>(frame, header.size + 2);
    if (!ether_type) break;
    header.ether_type = *ether_type;
    header.size += kVlanTagSize;
  }
  return header;
}

}  // namespace vxtap
