#pragma once

#include <cstdint>
#include <optional>

#include "offload/neighbour_parts.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/neighbours.hpp"

namespace vxtap {

/// ICMPv6 types of neighbour discovery that name a sender's link-layer address (RFC 4861 sections 4.1
/// to 4.4).
enum class NdType : std::uint8_t {
  kRouterSolicitation = 133,
  kRouterAdvertisement = 134,
  kNeighbourSolicitation = 135,
  kNeighbourAdvertisement = 136,
};

/// One such message that passed all that RFC 4861 asks of every type: hop limit 255, right checksum, code 0,
/// whole, options that fill the message exactly (sections 6.1, 7.1). Behind IPv6 extension headers it is left
/// to the hosts: a fragment counts for nothing (RFC 6980), and other headers nobody sends with it.
struct NdMessage {
  NdType type = NdType::kNeighbourSolicitation;
  VtepAddress source, destination;  ///< of the IPv6 header
  VtepAddress target;               ///< of a neighbour solicitation or advertisement
  bool router = false, solicited = false, overrides = false;  ///< R, S, O of a neighbour advertisement
  std::optional<MacAddress> link_address;  ///< target's of a neighbour advertisement, else the source's

  static std::optional<NdMessage> parse(const EthernetHeader& ethernet, BytesView frame) noexcept;
};

/// The question of a neighbour solicitation sent to its target's solicited-node group; empty for unicast
/// ones, which probe the host itself, and for duplicate address detection (RFC 4862 5.4.3), which only the
/// address's owner may answer.
std::optional<NeighbourQuestion> nd_question(const EthernetHeader& ethernet, BytesView frame) noexcept;

/// What a message says of its sender, or a neighbour advertisement of its target; empty where the link-layer
/// address is missing or is not the frame's source.
std::optional<NeighbourClaim> nd_claim(const EthernetHeader& ethernet, BytesView frame) noexcept;

/// IPv6 header and neighbour advertisement with its option.
inline constexpr std::size_t kAdvertisementSize = 40 + 24 + 8;

/// Writes kAdvertisementSize bytes, which `payload` has and which are zero.
void write_advertisement(const NeighbourReply& reply, MutableBytes payload) noexcept;

}  // namespace vxtap
