#include "inspect/capture_file.hpp"

#include <pcap/pcap.h>

#include <array>
#include <memory>
#include <optional>

#include "core/inner_ip.hpp"
#include "offload/transport.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap::inspect {
namespace {

// Where the EtherType of a cooked capture stands, and its payload begins (LINKTYPE_LINUX_SLL, _SLL2).
constexpr std::size_t kSllType = 14, kSllSize = 16, kSll2Type = 0, kSll2Size = 20;

struct Close {
  void operator()(pcap_t* file) const noexcept { pcap_close(file); }
};

/// The EtherType at `type`, behind which (and behind any tags) the payload begins at `size`.
std::optional<EthernetHeader> header_at(BytesView bytes, std::size_t type, std::size_t size) {
  const auto value = load_be<std::uint16_t>(bytes, type);
  if (!value) return std::nullopt;
  EthernetHeader header;
  header.ether_type = *value;
  header.size = size;
  for (int tags = 0; tags < 2; ++tags) {
    const bool tag = header.ether_type == static_cast<std::uint16_t>(EtherType::kVlan) ||
                     header.ether_type == static_cast<std::uint16_t>(EtherType::kServiceVlan);
    const auto next = load_be<std::uint16_t>(bytes, header.size + 2);
    if (!tag || !next) break;
    header.ether_type = *next;
    header.size += kVlanTagSize;
  }
  return header;
}

std::optional<EthernetHeader> raw_ip(BytesView bytes) {
  const auto first = load_be<std::uint8_t>(bytes, 0);
  if (!first) return std::nullopt;
  EthernetHeader header;
  header.ether_type = static_cast<std::uint16_t>(*first >> 4 == 6 ? EtherType::kIpv6 : EtherType::kIpv4);
  header.size = 0;
  return header;
}

std::optional<EthernetHeader> link_header(const CapturedPacket& packet) {
  switch (packet.link_type) {
    case DLT_EN10MB:
      return EthernetHeader::parse(packet.bytes);
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6:
      return raw_ip(packet.bytes);
    case DLT_LINUX_SLL:
      return header_at(packet.bytes, kSllType, kSllSize);
    case DLT_LINUX_SLL2:
      return header_at(packet.bytes, kSll2Type, kSll2Size);
    default:
      throw BadCapture("link type " + std::to_string(packet.link_type) +
                       ": neither Ethernet, raw IP nor a Linux cooked capture");
  }
}

}  // namespace

CapturedPacket read_packet(const std::string& file, std::uint64_t number) {
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  const std::unique_ptr<pcap_t, Close> capture(pcap_open_offline(file.c_str(), error.data()));
  if (capture == nullptr) throw BadCapture(file + ": " + error.data());
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  for (std::uint64_t at = 1;; ++at) {
    const int got = pcap_next_ex(capture.get(), &header, &bytes);
    if (got == PCAP_ERROR_BREAK)
      throw BadCapture(file + ": has " + std::to_string(at - 1) + " packets, and no number " +
                       std::to_string(number));
    if (got < 0) throw BadCapture(file + ": " + pcap_geterr(capture.get()));
    if (at == number) break;
  }
  if (header->caplen < header->len)
    throw BadCapture(file + ": packet " + std::to_string(number) + " was cut to " +
                     std::to_string(header->caplen) + " of " + std::to_string(header->len) +
                     " bytes; capture with a larger snapshot length (tcpdump -s 0)");
  return {pcap_datalink(capture.get()), Bytes(bytes, bytes + header->caplen)};
}

Bytes frame_of(const CapturedPacket& packet) {
  if (packet.link_type != DLT_EN10MB)
    throw BadCapture("link type " + std::to_string(packet.link_type) +
                     ": no Ethernet frame; capture on the TAP itself");
  return packet.bytes;
}

CapturedDatagram datagram_of(const CapturedPacket& packet) {
  const auto link = link_header(packet);
  const auto ip = link ? InnerIp::parse(*link, packet.bytes) : std::nullopt;
  if (!ip || ip->protocol != kProtocolUdp) throw BadCapture("the packet is no UDP over IPv4 or IPv6");
  if (ip->fragment) throw BadCapture("the packet is a fragment; capture behind its reassembly");
  const auto length = load_be<std::uint16_t>(packet.bytes, ip->l4_offset + kUdpLength);
  if (!length || *length < kUdpHeader || ip->l4_offset + *length > packet.bytes.size())
    throw BadCapture("its UDP header is cut short, or tells a wrong length");
  const auto payload = BytesView(packet.bytes).subspan(ip->l4_offset + kUdpHeader, *length - kUdpHeader);
  const auto source = load_address(packet.bytes, ip->address_offset(), ip->v6);
  return {.source = {*source, load_be<std::uint16_t>(packet.bytes, ip->l4_offset).value_or(0)},
          .tos = ip->traffic_class,
          .payload = Bytes(payload.begin(), payload.end())};
}

}  // namespace vxtap::inspect
