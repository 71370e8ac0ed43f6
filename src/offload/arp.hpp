#pragma once

#include <optional>

#include "offload/neighbour_parts.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/neighbours.hpp"

namespace vxtap {

/// ARP for IPv4 over Ethernet, behind the Ethernet header (RFC 826, RFC 5227):
///
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |       hardware type: 1        |     protocol type: 0x0800     |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  hw length: 6 | pr. length: 4 | operation: 1 request, 2 reply |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                      sender MAC address                       |
/// +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                               |      sender IP address        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                               |      target MAC address       |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
/// |                                                               |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                       target IP address                       |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
struct ArpMessage {
  static constexpr std::size_t kSize = 28;

  bool request = false;  ///< a reply when not
  MacAddress sender_mac;
  VtepAddress sender_ip;
  VtepAddress target_ip;

  /// Empty for other operations, types and lengths, and for a message cut short. `payload` begins behind the
  /// Ethernet header; what follows the message is padding.
  static std::optional<ArpMessage> parse(BytesView payload) noexcept;
};

/// The question of a request that was sent to everybody; empty for probes and announcements (RFC 5227), whose
/// senders want to hear of a conflict and of nothing else.
std::optional<NeighbourQuestion> arp_question(const EthernetHeader& ethernet, BytesView frame) noexcept;

/// What a request or reply says of its sender; empty for probes, and where the MAC is not the frame's source.
std::optional<NeighbourClaim> arp_claim(const EthernetHeader& ethernet, BytesView frame) noexcept;

/// Writes ArpMessage::kSize bytes, which `payload` has.
void write_arp_reply(const NeighbourReply& reply, MutableBytes payload) noexcept;

}  // namespace vxtap
