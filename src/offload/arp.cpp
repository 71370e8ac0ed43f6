#include "offload/arp.hpp"

#include "core/inner_ip.hpp"

namespace vxtap {
namespace {

constexpr std::uint64_t kEthernetIpv4 = 0x0001'0800'0604;  // types and lengths, the first six bytes
constexpr std::uint16_t kRequest = 1, kReply = 2;
constexpr std::size_t kSenderMac = 8, kSenderIp = 14, kTargetMac = 18, kTargetIp = 24;

}  // namespace

std::optional<ArpMessage> ArpMessage::parse(BytesView payload) noexcept {
  const auto start = load_be<std::uint64_t>(payload, 0);
  const auto sender = load_be<std::uint64_t>(payload, kSenderMac);
  const auto sender_ip = load_address(payload, kSenderIp, false);
  const auto target_ip = load_address(payload, kTargetIp, false);
  if (!start || !sender || !sender_ip || !target_ip || *start >> 16 != kEthernetIpv4) return std::nullopt;
  const auto operation = static_cast<std::uint16_t>(*start);
  if (operation != kRequest && operation != kReply) return std::nullopt;
  return ArpMessage{operation == kRequest, MacAddress::from_u64(*sender >> 16), *sender_ip, *target_ip};
}

std::optional<NeighbourQuestion> arp_question(const EthernetHeader& ethernet, BytesView frame) noexcept {
  const auto arp = ArpMessage::parse(frame.subspan(ethernet.size));
  if (!arp || !arp->request || !ethernet.destination.is_broadcast()) return std::nullopt;
  if (arp->sender_mac != ethernet.source || arp->sender_ip == arp->target_ip) return std::nullopt;
  if (!is_host_address(arp->sender_ip) || !is_host_address(arp->target_ip)) return std::nullopt;
  return NeighbourQuestion{arp->sender_ip, arp->target_ip};
}

std::optional<NeighbourClaim> arp_claim(const EthernetHeader& ethernet, BytesView frame) noexcept {
  const auto arp = ArpMessage::parse(frame.subspan(ethernet.size));
  if (!arp || arp->sender_mac != ethernet.source || !is_host_address(arp->sender_ip)) return std::nullopt;
  return NeighbourClaim{.binding = {arp->sender_ip, arp->sender_mac}};
}

void write_arp_reply(const NeighbourReply& reply, MutableBytes payload) noexcept {
  store_be(payload, 0, kEthernetIpv4 << 16 | kReply);
  store_mac(payload, kSenderMac, reply.mac);
  store_ip(payload, kSenderIp, reply.question.target);
  store_mac(payload, kTargetMac, reply.asker_mac);
  store_ip(payload, kTargetIp, reply.question.asker);
}

}  // namespace vxtap
