#include "inspect/capture_file.hpp"

#include <pcap/pcap.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

#include "core/inner_ip.hpp"
#include "inspect/pcapng.hpp"
#include "inspect/pcapng_reader.hpp"
#include "inspect/words.hpp"
#include "offload/transport.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap::inspect {
namespace {

// Where the EtherType of a cooked capture stands, and its payload begins (LINKTYPE_LINUX_SLL, _SLL2).
constexpr std::size_t kSllType = 14, kSllSize = 16, kSll2Type = 0, kSll2Size = 20;

/// Of the type of a section header, in either byte order; no file of the older format begins with it.
constexpr int kFirstOfPcapng = 0x0A;

struct Close {
  void operator()(pcap_t* file) const noexcept { pcap_close(file); }
};
struct CloseFile {
  void operator()(std::FILE* file) const noexcept {
    if (file != stdin) std::fclose(file);
  }
};

/// The EtherType at `type`, behind which (and behind any tags) the payload begins at `size`.
std::optional<EthernetHeader> header_at(BytesView bytes, std::size_t type, std::size_t size) {
  const auto value = load_be<std::uint16_t>(bytes, type);
  if (!value) return std::nullopt;
  EthernetHeader header;
  header.ether_type = *value;
  header.size = size;
  for (int tags = 0; tags < 2; ++tags) {
    const auto next = load_be<std::uint16_t>(bytes, header.size + 2);
    if (!is_vlan_tag(header.ether_type) || !next) break;
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

/// There are only so many.
[[noreturn]] void throw_missing(std::uint64_t packets, std::uint64_t number) {
  throw BadCapture("has " + counted(packets, "packet") + ", and no number " + std::to_string(number));
}

void check_whole(std::uint64_t number, std::size_t kept, std::size_t size) {
  if (kept < size)
    throw BadCapture("packet " + std::to_string(number) + " was cut to " + std::to_string(kept) + " of " +
                     std::to_string(size) + " bytes; capture with a larger snapshot length (tcpdump -s 0)");
}

CapturedPacket of_pcapng(std::FILE* file, std::uint64_t number) {
  auto found = pcapng::find_packet(file, number);
  if (const auto* missing = std::get_if<pcapng::Missing>(&found)) throw_missing(missing->packets, number);
  auto& packet = std::get<pcapng::FoundPacket>(found);
  check_whole(number, packet.bytes.size(), packet.size);
  // The one link type read here whose number in files is not the one of the program (pcap-linktype(7)).
  const bool raw = packet.link_type == static_cast<std::uint32_t>(pcapng::LinkType::kRaw);
  return {raw ? DLT_RAW : static_cast<int>(packet.link_type), std::move(packet.bytes)};
}

CapturedPacket of_pcap(std::unique_ptr<std::FILE, CloseFile> file, std::uint64_t number) {
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  const std::unique_ptr<pcap_t, Close> capture(pcap_fopen_offline(file.get(), error.data()));
  if (capture == nullptr)
    throw BadCapture(std::string(error.data()) + "; give what tcpdump -w wrote, pcap or pcapng");
  std::ignore = file.release();  // pcap_close() closes it, but for standard input
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  for (std::uint64_t at = 1;; ++at) {
    const int got = pcap_next_ex(capture.get(), &header, &bytes);
    if (got == PCAP_ERROR_BREAK) throw_missing(at - 1, number);
    if (got < 0) throw BadCapture(pcap_geterr(capture.get()));
    if (at == number) break;
  }
  check_whole(number, header->caplen, header->len);
  return {pcap_datalink(capture.get()), Bytes(bytes, bytes + header->caplen)};
}

}  // namespace

CapturedPacket read_packet(const std::string& file, std::uint64_t number) {
  std::unique_ptr<std::FILE, CloseFile> input(file == "-" ? stdin : std::fopen(file.c_str(), "rb"));
  if (input == nullptr) throw BadCapture(file + ": " + std::strerror(errno));
  const int first = std::getc(input.get());
  std::ungetc(first, input.get());
  try {
    if (first == kFirstOfPcapng) return of_pcapng(input.get(), number);
    return of_pcap(std::move(input), number);
  } catch (const BadCapture& error) {
    throw BadCapture(file + ": " + error.what());
  }
}

bool is_frame(const CapturedPacket& packet) {
  return packet.link_type == DLT_EN10MB;
}

Bytes frame_of(const CapturedPacket& packet) {
  if (!is_frame(packet))
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
  const auto party = [&](std::size_t address, std::size_t port) {
    return Remote{*load_address(packet.bytes, address, ip->v6),
                  *load_be<std::uint16_t>(packet.bytes, ip->l4_offset + port)};
  };
  constexpr std::size_t kDestinationPort = 2;
  const std::size_t source = ip->address_offset();
  return {.source = party(source, 0),
          .destination = party(source + ip->address_size(), kDestinationPort),
          .tos = ip->traffic_class,
          .payload = Bytes(payload.begin(), payload.end())};
}

}  // namespace vxtap::inspect
