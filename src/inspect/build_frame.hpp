#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "inspect/explanation.hpp"
#include "vxtap/mac_address.hpp"
#include "vxtap/vni.hpp"
#include "vxtap/vtep_address.hpp"

/// Frames that do not exist, from what a person says of them. Made by libtins.
namespace vxtap::inspect {

/// EtherType that IEEE 802 reserves for experiments: a frame that says nothing of what it carries.
inline constexpr std::uint16_t kExperimentalType = 0x88B5;
inline constexpr std::uint32_t kDefaultPayload = 64;

struct FrameSpec {
  MacAddress source, destination;
  std::optional<std::uint16_t> vlan = {};  ///< VID of an 802.1Q tag
  /// Bytes behind the Ethernet header and its tag: what an MTU counts.
  std::uint32_t size = kDefaultPayload;
  /// Of one family: an ICMP or ICMPv6 echo request that must not be fragmented, as ping sends it.
  std::optional<VtepAddress> ip_source = {}, ip_destination = {};
};

/// Throws std::invalid_argument for a size that has no room for the headers, or addresses of two families.
Bytes build_frame(const FrameSpec& spec);

/// Behind a VXLAN header: the payload of a UDP datagram.
Bytes build_datagram(Vni vni, const Bytes& frame);

}  // namespace vxtap::inspect
