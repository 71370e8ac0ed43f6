#include "offload/membership_parser.hpp"

#include <array>
#include <optional>
#include <utility>

#include "core/inner_ip.hpp"
#include "offload/checksum.hpp"
#include "offload/transport.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/group_table.hpp"

// IGMP (RFC 3376 section 4) and MLD (RFC 3810 section 5) differ in the size of addresses and in what stands
// before the first one:
//
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |      type     | IGMP: response|            checksum           |
//  +---------------+---------------+-------------------------------+
//  |     MLD: response, ms         |           reserved            |  MLD only
//  +-------------------------------+-------------------------------+
//  |                  group, 4 or 16 bytes                         |  IGMPv1, 2 and MLDv1 end here
//  +-------+-+-----+---------------+-------------------------------+
//  | resv  |S| QRV |      QQIC     |       number of sources       |  queries of IGMPv3 and MLDv2
//  +-------+-+-----+---------------+-------------------------------+  and then the sources
//
//  +---------------+---------------+-------------------------------+
//  |      type     |    reserved   |            checksum           |  reports of IGMPv3 and MLDv2,
//  +---------------+---------------+-------------------------------+  with so many records of:
//  |           reserved            |       number of records       |
//  +---------------+---------------+-------------------------------+
//  |  record type  | aux. words    |       number of sources       |
//  +---------------+---------------+-------------------------------+
//  |   group, 4 or 16 bytes; the sources, likewise; auxiliary data |
//  +---------------------------------------------------------------+

namespace vxtap {
namespace {

using Kind = MembershipMessage::Kind;
using std::chrono::milliseconds;

enum class IgmpType : std::uint8_t {
  kQuery = 0x11,
  kReport1 = 0x12,
  kReport2 = 0x16,
  kLeave = 0x17,
  kReport3 = 0x22,
};

/// RFC 3376 4.2.12, RFC 3810 5.2.12.
enum class RecordType : std::uint8_t { kIsIn = 1, kIsEx, kToIn, kToEx, kAllow, kBlock };

constexpr std::array<std::uint8_t, 4> kAllHostsV4{224, 0, 0, 1}, kAllPimV4{224, 0, 0, 13};
constexpr std::array<std::uint8_t, 16> kAllHostsV6{0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr std::array<std::uint8_t, 16> kAllPimV6{0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 13};

/// A packet whose checksums are right.
struct Packet {
  InnerIp ip;
  BytesView message;  ///< from ip.l4_offset to the end that the IP header states
  VtepAddress source, destination;

  std::size_t address_size() const noexcept { return ip.address_size(); }
  std::size_t group_offset() const noexcept { return ip.v6 ? 8 : 4; }
  std::size_t behind_group() const noexcept { return group_offset() + address_size(); }
  VtepAddress no_group() const noexcept { return ip.v6 ? VtepAddress() : VtepAddress::from_v4({}); }
};

constexpr std::uint16_t kSumOfValid = 0xFFFF;  // of all words, the checksum included (RFC 1071)

std::optional<Packet> open(BytesView frame) noexcept {
  const auto ethernet = EthernetHeader::parse(frame);
  const auto ip = ethernet ? InnerIp::parse(*ethernet, frame) : std::nullopt;
  if (!ip || ip->fragment) return std::nullopt;
  const std::uint8_t own = ip->v6 ? kProtocolIcmpv6 : kProtocolIgmp;
  if (ip->protocol != own && ip->protocol != kProtocolPim) return std::nullopt;
  const auto length = l4_length(*ip, frame);
  const auto source = load_address(frame, ip->address_offset(), ip->v6);
  const auto destination = load_address(frame, ip->address_offset() + ip->address_size(), ip->v6);
  if (!length || !source || !destination) return std::nullopt;
  const BytesView header = frame.subspan(ip->offset, ip->l4_offset - ip->offset);
  if (!ip->v6 && ones_complement_sum(header) != kSumOfValid) return std::nullopt;
  const BytesView message = frame.subspan(ip->l4_offset, *length);
  const std::uint16_t pseudo_header = ip->v6 ? pseudo_header_sum(*ip, *length, frame) : std::uint16_t{0};
  if (ones_complement_sum(message, pseudo_header) != kSumOfValid) return std::nullopt;
  return Packet{*ip, message, *source, *destination};
}

/// Whether an IPv6 Hop-by-Hop header holds the Router Alert of MLD (RFC 2711).
bool has_router_alert(BytesView hop_by_hop) noexcept {
  constexpr std::uint8_t kPad1 = 0, kRouterAlert = 5;
  for (std::size_t i = 2; i < hop_by_hop.size();) {
    if (hop_by_hop[i] == kPad1) {
      ++i;
      continue;
    }
    const auto size = load_be<std::uint8_t>(hop_by_hop, i + 1);
    if (!size) return false;
    if (hop_by_hop[i] == kRouterAlert && *size == 2)
      return load_be<std::uint16_t>(hop_by_hop, i + 2) == std::uint16_t{0};
    i += 2 + std::size_t{*size};
  }
  return false;
}

/// A Hop-by-Hop header with Router Alert, which stands between the IPv6 header and the message, and a hop
/// limit of 1.
bool is_for_mld(const InnerIp& ip, BytesView frame) noexcept {
  constexpr std::size_t kNextHeader = 6, kHopLimit = 7;
  constexpr std::uint8_t kHopByHop = 0;
  if (frame[ip.offset + kNextHeader] != kHopByHop || frame[ip.offset + kHopLimit] != 1) return false;
  const BytesView extensions = frame.subspan(ip.offset + kIpv6Header, ip.l4_offset - ip.offset - kIpv6Header);
  return extensions[0] == kProtocolIcmpv6 && has_router_alert(extensions);
}

/// The floating-point form of long times: RFC 3376 4.1.1 with 4 bits of mantissa, RFC 3810 5.1.3 with 12.
constexpr std::uint32_t decode_time(std::uint32_t code, unsigned mantissa_bits) noexcept {
  if (code >> (mantissa_bits + 3) == 0) return code;
  const std::uint32_t hidden = 1U << mantissa_bits;
  return ((code & (hidden - 1)) | hidden) << ((code >> mantissa_bits & 7) + 3);
}

milliseconds response_time(const Packet& packet, bool newest) noexcept {
  if (packet.ip.v6) {
    const std::uint32_t code = load_be<std::uint16_t>(packet.message, 4).value_or(0);
    return milliseconds(newest ? decode_time(code, 12) : code);
  }
  constexpr std::uint32_t kVersion1 = 100;  // where the field is zero (RFC 2236 section 4)
  const std::uint32_t code = load_be<std::uint8_t>(packet.message, 1).value_or(0);
  if (newest) return milliseconds(100 * decode_time(code, 4));
  return milliseconds(100 * (code == 0 ? kVersion1 : code));
}

std::optional<MembershipMessage> parse_query(const Packet& packet) noexcept {
  const auto group = load_address(packet.message, packet.group_offset(), packet.ip.v6);
  if (!group || !(group->is_unspecified() || group->is_multicast())) return std::nullopt;
  const bool to_all = packet.destination ==
                      (packet.ip.v6 ? VtepAddress::from_v6(kAllHostsV6) : VtepAddress::from_v4(kAllHostsV4));
  if (group->is_unspecified() && !to_all) return std::nullopt;
  const std::size_t further = packet.behind_group();
  const bool newest = packet.message.size() != further;  // the length alone tells the versions apart
  bool of_whole_group = true;
  if (newest) {
    constexpr std::uint8_t kSuppress = 0x08;
    const auto flags = load_be<std::uint8_t>(packet.message, further);
    const auto sources = load_be<std::uint16_t>(packet.message, further + 2);
    if (!sources || packet.message.size() < further + 4 + *sources * packet.address_size())
      return std::nullopt;
    of_whole_group = *sources == 0 && (*flags & kSuppress) == 0;
  }
  return MembershipMessage{.kind = Kind::kQuery,
                           .group = of_whole_group ? *group : packet.no_group(),
                           .response_time = response_time(packet, newest),
                           .from_router = !packet.source.is_unspecified()};
}

/// The one group of an IGMPv1, IGMPv2 or MLDv1 message.
std::optional<MembershipMessage> parse_single(const Packet& packet, Kind kind) noexcept {
  const auto group = load_address(packet.message, packet.group_offset(), packet.ip.v6);
  if (!group || !is_tracked_group(*group)) return std::nullopt;
  return MembershipMessage{.kind = kind, .group = *group};
}

std::optional<Kind> meaning_of(RecordType type, std::size_t sources) noexcept {
  switch (type) {
    case RecordType::kToIn:
      return sources == 0 ? Kind::kLeave : Kind::kJoin;
    case RecordType::kIsIn:
      return sources == 0 ? std::nullopt : std::optional(Kind::kJoin);
    case RecordType::kIsEx:
    case RecordType::kToEx:
    case RecordType::kAllow:
      return Kind::kJoin;
    case RecordType::kBlock:
      break;
  }
  return std::nullopt;  // RFC 3376 4.2.12: unknown types are ignored, the others stand
}

/// One group record, at the beginning of the bytes.
struct Record {
  RecordType type;
  std::size_t sources;
  VtepAddress group;
  std::size_t size;

  /// Empty when it is cut short.
  static std::optional<Record> parse(BytesView bytes, bool v6) noexcept {
    constexpr std::size_t kGroup = 4, kAuxiliaryWord = 4;
    const auto type = load_be<std::uint8_t>(bytes, 0);
    const auto auxiliary = load_be<std::uint8_t>(bytes, 1);
    const auto sources = load_be<std::uint16_t>(bytes, 2);
    const auto group = load_address(bytes, kGroup, v6);
    if (!type || !auxiliary || !sources || !group) return std::nullopt;
    const std::size_t addresses = (1 + std::size_t{*sources}) * (v6 ? 16 : 4);
    const std::size_t size = kGroup + addresses + *auxiliary * kAuxiliaryWord;
    if (size > bytes.size()) return std::nullopt;
    return Record{static_cast<RecordType>(*type), *sources, *group, size};
  }
};

/// The records of a report; none when one is cut short.
BytesView whole_records(const Packet& packet) noexcept {
  constexpr std::size_t kRecords = 8;
  const auto count = load_be<std::uint16_t>(packet.message, kRecords - 2);
  if (!count) return {};
  const BytesView records = packet.message.subspan(kRecords);
  std::size_t size = 0;
  for (std::size_t i = 0; i < *count; ++i) {
    const auto record = Record::parse(records.subspan(size), packet.ip.v6);
    if (!record) return {};
    size += record->size;
  }
  return records.first(size);
}

/// PIM version 2, type 0 (RFC 7761 4.9), to the group of all PIM routers.
std::optional<MembershipMessage> parse_hello(const Packet& packet) noexcept {
  constexpr std::uint8_t kHello = 0x20;
  const auto destination = packet.ip.v6 ? VtepAddress::from_v6(kAllPimV6) : VtepAddress::from_v4(kAllPimV4);
  if (packet.destination != destination || load_be<std::uint8_t>(packet.message, 0) != kHello)
    return std::nullopt;
  return MembershipMessage{.kind = Kind::kHello, .group = packet.no_group(), .from_router = true};
}

/// What a packet comes to: one message, or records.
struct Contents {
  std::optional<MembershipMessage> single;
  BytesView records;
};

Contents parse_igmp(const Packet& packet) noexcept {
  switch (static_cast<IgmpType>(load_be<std::uint8_t>(packet.message, 0).value_or(0))) {
    case IgmpType::kQuery:
      return {parse_query(packet), {}};
    case IgmpType::kReport1:
    case IgmpType::kReport2:
      return {parse_single(packet, Kind::kJoin), {}};
    case IgmpType::kLeave:
      return {parse_single(packet, Kind::kLeave), {}};
    case IgmpType::kReport3:
      return {std::nullopt, whole_records(packet)};
  }
  return {};
}

Contents parse_mld(const Packet& packet) noexcept {
  const bool link_local = packet.source.is_link_local();
  if (!link_local && packet.source != VtepAddress()) return {};
  switch (static_cast<MldType>(load_be<std::uint8_t>(packet.message, 0).value_or(0))) {
    case MldType::kQuery:
      return {link_local ? parse_query(packet) : std::nullopt, {}};
    case MldType::kReport:
      return {parse_single(packet, Kind::kJoin), {}};
    case MldType::kDone:
      return {link_local ? parse_single(packet, Kind::kLeave) : std::nullopt, {}};
    case MldType::kReport2:
      return {std::nullopt, whole_records(packet)};
  }
  return {};
}

Contents parse(const Packet& packet, BytesView frame) noexcept {
  if (packet.ip.protocol == kProtocolPim) return {parse_hello(packet), {}};
  if (!packet.ip.v6) return parse_igmp(packet);
  return is_for_mld(packet.ip, frame) ? parse_mld(packet) : Contents{};
}

}  // namespace

MembershipMessages::MembershipMessages(BytesView frame) noexcept {
  const auto packet = open(frame);
  if (!packet) return;
  const auto [single, records] = parse(*packet, frame);
  single_ = single;
  records_ = records;
  v6_ = packet->ip.v6;
}

std::optional<MembershipMessage> MembershipMessages::next() noexcept {
  if (single_) return std::exchange(single_, std::nullopt);
  while (const auto record = Record::parse(records_, v6_)) {
    records_ = records_.subspan(record->size);
    const auto kind = meaning_of(record->type, record->sources);
    if (kind && is_tracked_group(record->group))
      return MembershipMessage{.kind = *kind, .group = record->group};
  }
  return std::nullopt;
}

}  // namespace vxtap
