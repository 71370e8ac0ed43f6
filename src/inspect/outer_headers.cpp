#include "inspect/outer_headers.hpp"

#include <algorithm>

#include "core/inner_ip.hpp"
#include "offload/checksum.hpp"
#include "offload/transport.hpp"

namespace vxtap::inspect {
namespace {

constexpr std::uint16_t kDontFragment = 0x4000;
constexpr std::size_t kIpv4Source = 12, kIpv6Source = 8;

void write_addresses(const OuterFields& fields, MutableBytes out) noexcept {
  const auto source = fields.source.address.octets();
  const auto destination = fields.destination.address.octets();
  std::copy(source.begin(), source.end(), out.begin());
  std::copy(destination.begin(), destination.end(), out.subspan(source.size()).begin());
}

}  // namespace

std::size_t OuterHeaders::size(bool v4) noexcept {
  return (v4 ? kIpv4Header : kIpv6Header) + kUdpHeader;
}

OuterHeaders::OuterHeaders(const OuterFields& fields, BytesView payload) noexcept
    : size_(size(fields.source.address.is_v4())) {
  const std::size_t length = kUdpHeader + payload.size();
  fields.source.address.is_v4() ? write_v4(fields, length) : write_v6(fields, length);
  write_udp(fields, payload);
}

/// RFC 791 3.1:
///
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------+-------+---------------+-------------------------------+
/// |4      |IHL=5  |Type of Service|          Total Length         |
/// +-------+-------+---------------+-----+-------------------------+
/// |         Identification        |Flags|      Fragment Offset    |
/// +---------------+---------------+-----+-------------------------+
/// |  Time to Live |  Protocol=17  |         Header Checksum       |
/// +---------------+---------------+-------------------------------+
/// |                       Source Address                          |
/// |                    Destination Address                        |
/// +---------------------------------------------------------------+
void OuterHeaders::write_v4(const OuterFields& fields, std::size_t payload) noexcept {
  const MutableBytes ip = MutableBytes(bytes_).first(kIpv4Header);
  store_be(ip, 0, std::uint8_t{0x45});
  store_be(ip, 1, fields.tos);
  store_be(ip, kIpv4Length, static_cast<std::uint16_t>(kIpv4Header + payload));
  store_be(ip, kIpv4Flags, fields.dont_fragment ? kDontFragment : std::uint16_t{0});
  store_be(ip, 8, fields.ttl);
  store_be(ip, 9, kProtocolUdp);
  write_addresses(fields, ip.subspan(kIpv4Source));
  store_be(ip, kIpv4Checksum, static_cast<std::uint16_t>(~ones_complement_sum(ip)));
}

/// RFC 8200 section 3:
///
/// +-------+---------------+---------------------------------------+
/// |6      | Traffic Class |              Flow Label               |
/// +-------+---------------+-------+---------------+---------------+
/// |         Payload Length        |Next Header=17 |   Hop Limit   |
/// +-------------------------------+---------------+---------------+
/// |                  Source Address, 128 bits                     |
/// |                Destination Address, 128 bits                  |
/// +---------------------------------------------------------------+
void OuterHeaders::write_v6(const OuterFields& fields, std::size_t payload) noexcept {
  const MutableBytes ip = MutableBytes(bytes_).first(kIpv6Header);
  store_be(ip, 0, 6U << 28 | std::uint32_t{fields.tos} << 20 | (fields.flow_label & 0xFFFFF));
  store_be(ip, kIpv6Length, static_cast<std::uint16_t>(payload));
  store_be(ip, 6, kProtocolUdp);
  store_be(ip, 7, fields.ttl);
  write_addresses(fields, ip.subspan(kIpv6Source));
}

/// RFC 768:
///
/// +-------------------------------+-------------------------------+
/// |          Source Port          |       Destination Port        |
/// +-------------------------------+-------------------------------+
/// |            Length             |           Checksum            |
/// +-------------------------------+-------------------------------+
void OuterHeaders::write_udp(const OuterFields& fields, BytesView payload) noexcept {
  const std::size_t offset = size_ - kUdpHeader;
  const MutableBytes udp = MutableBytes(bytes_).subspan(offset, kUdpHeader);
  const std::size_t length = kUdpHeader + payload.size();
  store_be(udp, 0, fields.source.port);
  store_be(udp, 2, fields.destination.port);
  store_be(udp, kUdpLength, static_cast<std::uint16_t>(length));
  if (!fields.checksum) return;
  const InnerIp ip{.v6 = offset == kIpv6Header, .offset = 0, .l4_offset = offset, .protocol = kProtocolUdp};
  const std::uint32_t pseudo = pseudo_header_sum(ip, length, bytes());
  store_be(udp, kUdpChecksum, l4_checksum(ones_complement_sum(payload, ones_complement_sum(udp, pseudo))));
}

}  // namespace vxtap::inspect
