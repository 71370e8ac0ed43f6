#pragma once

#include <cstddef>
#include <optional>

#include "vxtap/bytes.hpp"
#include "vxtap/neighbours.hpp"

/// Neighbour suppression: ARP requests and neighbour solicitations from the local host are answered from what
/// is known, instead of being flooded. Close to Linux (drivers/net/vxlan/vxlan_core.c, arp_reduce and
/// neigh_reduce; net/bridge/br_arp_nd_proxy.c), stricter in what may be answered: what a host could miss an
/// answer of its own to, or take a wrong one from, is forwarded. Any thread; none of these allocates but for
/// a new binding. 802.1Q tags are stepped over and not told apart: one table is for hosts of one broadcast
/// domain, so a segment that passes frames of several VLANs through keeps tagged ones away from here.
namespace vxtap {

/// What a reply needs at most: Ethernet, two tags, IPv6 and a neighbour advertisement.
inline constexpr std::size_t kNeighbourReplyMax = 14 + 8 + 40 + 32;

/// Answers a frame that the local host sent, given complete (an ICMPv6 checksum is never left to a device).
/// Writes the reply, Ethernet header first and with the request's tags, and returns its size. Empty when the
/// frame is to be forwarded: not an ARP request to broadcast (RFC 826) or a multicast neighbour solicitation
/// (RFC 4861 7.2.2), a probe, an announcement or duplicate address detection (RFC 5227, RFC 4862), malformed,
/// asked for another than the frame's source, the target not known or at the asker's own MAC, or `out` too
/// small. Neither is a snooped link-local address answered for before it said whether it is a router
/// (NeighbourRole).
std::optional<std::size_t> answer_neighbour_request(BytesView frame, const NeighbourTable& table, Tick now,
                                                    MutableBytes out) noexcept;

/// Learns from a frame that came from the underlay: ARP requests, replies and announcements; neighbour
/// advertisements with the target's link-layer address; neighbour and router solicitations and router
/// advertisements with the source's. Only what a frame says of its own source MAC counts.
void snoop_neighbours(BytesView frame, NeighbourTable& table, Tick now) noexcept;

/// Hears from a frame that the local host sent what addresses it has itself: what the table says otherwise is
/// no longer true, see NeighbourTable::withdraw. To be called before the frame is answered.
void withdraw_neighbours(BytesView frame, NeighbourTable& table) noexcept;

}  // namespace vxtap
