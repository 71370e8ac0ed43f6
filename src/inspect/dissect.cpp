#include "inspect/dissect.hpp"

#include <tins/tins.h>

#include <memory>

#include "inspect/words.hpp"

namespace vxtap::inspect {
namespace {

std::string ends(const std::string& source, const std::string& destination) {
  return join({source, " > ", destination});
}

std::string summary_of(const Tins::EthernetII& ethernet) {
  return join({ends(ethernet.src_addr().to_string(), ethernet.dst_addr().to_string()), ", type ",
               hexadecimal(ethernet.payload_type(), 4)});
}

std::string summary_of(const Tins::Dot3& ethernet) {
  return join({ends(ethernet.src_addr().to_string(), ethernet.dst_addr().to_string()), ", length ",
               std::to_string(ethernet.length())});
}

std::string summary_of(const Tins::Dot1Q& tag) {
  return join({"VID ", std::to_string(tag.id()), ", priority ", std::to_string(tag.priority()), ", type ",
               hexadecimal(tag.payload_type(), 4)});
}

std::string summary_of(const Tins::ARP& arp) {
  const auto sender = arp.sender_ip_addr().to_string(), target = arp.target_ip_addr().to_string();
  if (arp.opcode() == Tins::ARP::REQUEST) return join({"who has ", target, "? tell ", sender});
  if (arp.opcode() == Tins::ARP::REPLY) return join({sender, " is at ", arp.sender_hw_addr().to_string()});
  return "operation " + std::to_string(arp.opcode());
}

std::string summary_of(const Tins::IP& ip) {
  const bool whole = (ip.flags() & Tins::IP::DONT_FRAGMENT) != 0;
  const bool more = (ip.flags() & Tins::IP::MORE_FRAGMENTS) != 0;
  const std::string at = std::to_string(ip.fragment_offset() * 8);
  return join({ends(ip.src_addr().to_string(), ip.dst_addr().to_string()), ", TTL ", std::to_string(ip.ttl()),
               ", ToS ", hexadecimal(ip.tos(), 2), whole ? ", DF" : "",
               more || ip.fragment_offset() != 0 ? ", fragment at " + at : std::string()});
}

std::string summary_of(const Tins::IPv6& ip) {
  return join({ends(ip.src_addr().to_string(), ip.dst_addr().to_string()), ", hop limit ",
               std::to_string(ip.hop_limit()), ", class ", hexadecimal(ip.traffic_class(), 2), ", label ",
               hexadecimal(ip.flow_label(), 5)});
}

std::string summary_of(const Tins::TCP& tcp) {
  std::string flags;
  for (const auto& [flag, name] : {std::pair{Tins::TCP::SYN, "SYN"},
                                   {Tins::TCP::FIN, "FIN"},
                                   {Tins::TCP::RST, "RST"},
                                   {Tins::TCP::PSH, "PSH"},
                                   {Tins::TCP::ACK, "ACK"}})
    if (tcp.get_flag(flag) != 0) flags += (flags.empty() ? "" : " ") + std::string(name);
  return join({ends(std::to_string(tcp.sport()), std::to_string(tcp.dport())), flags.empty() ? "" : ", ",
               flags, ", sequence ", std::to_string(tcp.seq())});
}

std::string summary_of(const Tins::UDP& udp) {
  return join({ends(std::to_string(udp.sport()), std::to_string(udp.dport())), ", length ",
               std::to_string(udp.length())});
}

std::string summary_of(const Tins::ICMP& icmp) {
  const std::string number = std::to_string(icmp.sequence());
  switch (icmp.type()) {
    case Tins::ICMP::ECHO_REQUEST:
      return "echo request " + number;
    case Tins::ICMP::ECHO_REPLY:
      return "echo reply " + number;
    default:
      return join({"type ", std::to_string(icmp.type()), ", code ", std::to_string(icmp.code())});
  }
}

std::string summary_of(const Tins::ICMPv6& icmp) {
  switch (icmp.type()) {
    case Tins::ICMPv6::ECHO_REQUEST:
      return "echo request " + std::to_string(icmp.sequence());
    case Tins::ICMPv6::ECHO_REPLY:
      return "echo reply " + std::to_string(icmp.sequence());
    case Tins::ICMPv6::NEIGHBOUR_SOLICIT:
      return "neighbour solicitation: who has " + icmp.target_addr().to_string() + "?";
    case Tins::ICMPv6::NEIGHBOUR_ADVERT:
      return "neighbour advertisement of " + icmp.target_addr().to_string();
    case Tins::ICMPv6::ROUTER_SOLICIT:
      return "router solicitation";
    case Tins::ICMPv6::ROUTER_ADVERT:
      return "router advertisement";
    default:
      return join({"type ", std::to_string(icmp.type()), ", code ", std::to_string(icmp.code())});
  }
}

/// Name and summary of one protocol; an empty name for one that is not taken apart.
Layer layer_of(const Tins::PDU& pdu) {
  Layer layer;
  const auto is = [&]<typename Pdu>(const Pdu* found, const char* name) {
    if (found == nullptr) return false;
    layer.name = name;
    layer.summary = summary_of(*found);
    return true;
  };
  is(dynamic_cast<const Tins::EthernetII*>(&pdu), "Ethernet") ||
      is(dynamic_cast<const Tins::Dot3*>(&pdu), "802.3") ||
      is(dynamic_cast<const Tins::Dot1Q*>(&pdu), "802.1Q") ||
      is(dynamic_cast<const Tins::ARP*>(&pdu), "ARP") || is(dynamic_cast<const Tins::IP*>(&pdu), "IPv4") ||
      is(dynamic_cast<const Tins::IPv6*>(&pdu), "IPv6") || is(dynamic_cast<const Tins::TCP*>(&pdu), "TCP") ||
      is(dynamic_cast<const Tins::UDP*>(&pdu), "UDP") ||
      is(dynamic_cast<const Tins::ICMPv6*>(&pdu), "ICMPv6") ||
      is(dynamic_cast<const Tins::ICMP*>(&pdu), "ICMP");
  return layer;
}

std::unique_ptr<Tins::PDU> parse(BytesView frame) {
  try {
    const auto size = static_cast<std::uint32_t>(frame.size());
    // IEEE 802.3 3.2.6: below 0x600 the type is a length.
    const bool length = load_be<std::uint16_t>(frame, 12).value_or(0) < 0x600;
    if (length) return std::make_unique<Tins::Dot3>(frame.data(), size);
    return std::make_unique<Tins::EthernetII>(frame.data(), size);
  } catch (const std::exception&) {  // shorter than it says: what can be said is its size
    return nullptr;
  }
}

}  // namespace

std::vector<Layer> dissect(BytesView frame) {
  std::vector<Layer> layers;
  std::size_t offset = 0;
  const auto first = parse(frame);
  for (const Tins::PDU* pdu = first.get(); pdu != nullptr && offset < frame.size(); pdu = pdu->inner_pdu()) {
    Layer layer = layer_of(*pdu);
    if (layer.name.empty()) break;
    layer.offset = offset;
    layer.size = std::min<std::size_t>(pdu->header_size(), frame.size() - offset);
    offset += layer.size;
    layers.push_back(std::move(layer));
  }
  if (offset < frame.size())
    layers.push_back({offset, frame.size() - offset, "data", counted(frame.size() - offset, "byte")});
  return layers;
}

}  // namespace vxtap::inspect
