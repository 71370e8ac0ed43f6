#pragma once

#include <cstdint>
#include <optional>

#include "vxtap/ethernet.hpp"
#include "vxtap/ports.hpp"

namespace vxtap {

/// IEEE 802.1Q-2018 9.6, behind the two addresses; TPID 0x8100:
///
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |             TPID              | PCP |D|          VID          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
struct VlanTag {
  std::uint16_t vid = 0;  ///< 0: the tag carries a priority only

  /// The outer tag; empty for a frame without one. A tag cut short counts as VID 0.
  static std::optional<VlanTag> parse(BytesView frame) noexcept;
};

/// The VLAN that a host or bridge takes the frame for, 0 for none: tags with VID 0 carry a priority only, and
/// Linux steps over any number of them, of customers and of providers, to the next one
/// (net/core/dev.c, __netif_receive_skb_core). In time linear in the frame.
std::uint16_t effective_vid(BytesView frame) noexcept;

/// The frame without its outer tag: the addresses move up to the payload, and the offload's offsets with
/// them. Only for a frame that has a whole tag.
Frame untagged(const Frame& frame) noexcept;

/// The frame with a tag: the addresses move down, into kVlanTagSize writable bytes before it.
MutableBytes tagged(MutableBytes frame, std::uint16_t vid) noexcept;

}  // namespace vxtap
