#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vxtap/bytes.hpp"
#include "vxtap/mac_address.hpp"
#include "vxtap/vni.hpp"
#include "vxtap/vtep_address.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::test {

using Bytes = std::vector<std::uint8_t>;

// Values from the text a case is written in; each throws for text that is none.
inline MacAddress mac(std::string_view text) {
  return MacAddress::parse(text).value();
}
inline VtepAddress address(std::string_view text) {
  return VtepAddress::parse(text).value();
}
inline Vni vni(std::uint32_t value) {
  return Vni::from(value).value();
}
inline Remote remote(std::string_view text, std::uint16_t port = kVxlanPort) {
  return {address(text), port};
}

/// EtherType IEEE 802 reserves for experiments: no host acts on such a frame.
inline constexpr std::uint16_t kExperimental = 0x88B5;

/// An Ethernet frame that carries `text` and nothing else.
inline Bytes ethernet_frame(const MacAddress& destination, const MacAddress& source, std::string_view text,
                            std::uint16_t ether_type = kExperimental) {
  Bytes frame;
  for (const MacAddress& end : {destination, source})
    for (const std::uint8_t octet : end.octets()) frame.push_back(octet);
  frame.push_back(static_cast<std::uint8_t>(ether_type >> 8));
  frame.push_back(static_cast<std::uint8_t>(ether_type & 0xFF));
  frame.insert(frame.end(), text.begin(), text.end());
  return frame;
}

/// The text of such a frame.
inline std::string text_of(const Bytes& frame) {
  return frame.size() < 14 ? "" : std::string(frame.begin() + 14, frame.end());
}

inline Bytes operator+(const Bytes& front, const Bytes& back) {
  // Room first: GCC 12 takes the growth inside vector::insert for an overrun.
  Bytes joined(front.size() + back.size());
  std::copy(back.begin(), back.end(), std::copy(front.begin(), front.end(), joined.begin()));
  return joined;
}

/// The bytes of all pieces in order.
inline Bytes joined(std::span<const BytesView> pieces) {
  Bytes bytes;
  for (const BytesView piece : pieces) bytes.insert(bytes.end(), piece.begin(), piece.end());
  return bytes;
}

/// What a VTEP puts on the wire behind the UDP header.
inline Bytes vxlan_datagram(Vni number, const Bytes& frame) {
  const auto header = VxlanHeader(number).to_bytes();
  return Bytes(header.begin(), header.end()) + frame;
}

}  // namespace vxtap::test
