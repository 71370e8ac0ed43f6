#include "offload/neighbour_messages.hpp"

#include <algorithm>

#include "offload/arp.hpp"
#include "offload/neighbour_discovery.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap {
namespace {

constexpr std::size_t kShortestFrame = 60;  // IEEE 802.3 without FCS
constexpr std::size_t kAddresses = 12;      // Ethernet's two, in front of tags and type

bool is_arp(const EthernetHeader& ethernet) noexcept {
  return ethernet.ether_type == static_cast<std::uint16_t>(EtherType::kArp);
}
bool is_ipv6(const EthernetHeader& ethernet) noexcept {
  return ethernet.ether_type == static_cast<std::uint16_t>(EtherType::kIpv6);
}

/// Empty for a frame that cannot carry either protocol.
std::optional<EthernetHeader> header_of(BytesView frame) noexcept {
  const auto ethernet = EthernetHeader::parse(frame);
  if (!ethernet || !(is_arp(*ethernet) || is_ipv6(*ethernet))) return std::nullopt;
  return is_host_address(ethernet->source) ? ethernet : std::nullopt;
}

std::optional<NeighbourQuestion> question_of(const EthernetHeader& ethernet, BytesView frame) noexcept {
  return is_arp(ethernet) ? arp_question(ethernet, frame) : nd_question(ethernet, frame);
}

std::optional<NeighbourClaim> claim_of(BytesView frame) noexcept {
  const auto ethernet = header_of(frame);
  if (!ethernet) return std::nullopt;
  return is_arp(*ethernet) ? arp_claim(*ethernet, frame) : nd_claim(*ethernet, frame);
}

/// Only link-local addresses are those of default routers (RFC 4861 section 4.2).
bool may_be_answered(const Neighbour& neighbour, const MacAddress& asker) noexcept {
  if (neighbour.binding.mac == asker) return false;
  if (neighbour.configured || neighbour.role != NeighbourRole::kUnknown) return true;
  return !neighbour.binding.ip.is_link_local();
}

/// `head` is the request's Ethernet header. Empty when `out` has no room.
std::optional<std::size_t> write_reply(const NeighbourReply& reply, BytesView head,
                                       MutableBytes out) noexcept {
  const bool arp = reply.question.target.is_v4();
  const std::size_t size =
      std::max(head.size() + (arp ? ArpMessage::kSize : kAdvertisementSize), kShortestFrame);
  if (out.size() < size) return std::nullopt;
  out = out.first(size);
  std::ranges::fill(out, std::uint8_t{0});
  store_mac(out, 0, reply.asker_mac);
  store_mac(out, 6, reply.mac);
  std::ranges::copy(head.subspan(kAddresses), out.subspan(kAddresses).begin());
  const MutableBytes payload = out.subspan(head.size());
  arp ? write_arp_reply(reply, payload) : write_advertisement(reply, payload);
  return size;
}

}  // namespace

std::optional<std::size_t> answer_neighbour_request(BytesView frame, const NeighbourTable& table, Tick now,
                                                    MutableBytes out) noexcept {
  const auto ethernet = header_of(frame);
  const auto question = ethernet ? question_of(*ethernet, frame) : std::nullopt;
  const auto neighbour = question ? table.find(question->target, now) : std::nullopt;
  if (!neighbour || !may_be_answered(*neighbour, ethernet->source)) return std::nullopt;
  const NeighbourReply reply{.question = *question,
                             .asker_mac = ethernet->source,
                             .mac = neighbour->binding.mac,
                             .router = neighbour->role == NeighbourRole::kRouter};
  return write_reply(reply, frame.first(ethernet->size), out);
}

void snoop_neighbours(BytesView frame, NeighbourTable& table, Tick now) noexcept {
  if (const auto claim = claim_of(frame)) table.snoop(*claim, now);
}

void withdraw_neighbours(BytesView frame, NeighbourTable& table) noexcept {
  if (const auto claim = claim_of(frame)) table.withdraw(*claim);
}

}  // namespace vxtap
