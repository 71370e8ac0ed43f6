#include "offload/segmenter.hpp"

#include <algorithm>
#include <utility>

#include "offload/checksum.hpp"
#include "offload/transport.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap {
namespace {

using Gso = FrameOffload::Gso;

bool is_what_gso_says(Gso gso, const InnerIp& ip) noexcept {
  switch (gso) {
    case Gso::kTcpV4:
      return !ip.v6 && ip.protocol == kProtocolTcp;
    case Gso::kTcpV6:
      return ip.v6 && ip.protocol == kProtocolTcp;
    case Gso::kUdp:
      return ip.protocol == kProtocolUdp;
    case Gso::kNone:
      break;
  }
  return false;
}

/// `headers` are all that each packet repeats, neither more nor less.
bool agree(const InnerIp& ip, BytesView headers, const FrameOffload& offload) noexcept {
  if (ip.fragment || !is_what_gso_says(offload.gso, ip)) return false;
  const std::size_t field = ip.protocol == kProtocolTcp ? kTcpChecksum : kUdpChecksum;
  if (!offload.needs_checksum || offload.checksum_start != ip.l4_offset || offload.checksum_offset != field)
    return false;
  const auto l4_header = l4_header_size(ip, headers);
  return l4_header && ip.l4_offset + *l4_header == headers.size();
}

template <typename T>
T take_be(MutableBytes bytes, std::size_t offset) noexcept {
  const T value = load_be<T>(bytes, offset).value_or(0);
  store_be(bytes, offset, T{0});
  return value;
}

}  // namespace

std::optional<Segmenter> Segmenter::of(BytesView headers, const FrameOffload& offload,
                                       std::size_t payload_size) noexcept {
  if (offload.header_size > std::min(headers.size(), kMaxHeaders)) return std::nullopt;
  if (offload.segment_size == 0 || payload_size == 0) return std::nullopt;
  headers = headers.first(offload.header_size);
  const auto ethernet = EthernetHeader::parse(headers);
  const auto ip = ethernet ? InnerIp::parse(*ethernet, headers) : std::nullopt;
  if (!ip || !agree(*ip, headers, offload)) return std::nullopt;
  const std::size_t longest = std::min<std::size_t>(offload.segment_size, payload_size);
  if (headers.size() - ip->offset + longest > kMaxIpLength) return std::nullopt;
  return std::optional<Segmenter>(std::in_place, InOf{}, headers, *ip, offload.segment_size, payload_size);
}

Segmenter::Segmenter(InOf, BytesView headers, const InnerIp& ip, std::size_t segment_size,
                     std::size_t payload_size) noexcept
    : header_size_(headers.size()),
      ip_(ip),
      segment_size_(segment_size),
      payload_size_(payload_size),
      count_((payload_size - 1) / segment_size + 1) {
  std::copy(headers.begin(), headers.end(), headers_.begin());
  keep_ip();
  keep_l4();
}

void Segmenter::keep_ip() noexcept {
  const MutableBytes ip = MutableBytes(headers_).subspan(ip_.offset, ip_.l4_offset - ip_.offset);
  if (ip_.v6) return;
  take_be<std::uint16_t>(ip, kIpv4Length);
  take_be<std::uint16_t>(ip, kIpv4Checksum);
  identification_ = take_be<std::uint16_t>(ip, kIpv4Identification);
  ip_sum_ = ones_complement_sum(ip);
}

void Segmenter::keep_l4() noexcept {
  const MutableBytes l4 = MutableBytes(headers_).subspan(ip_.l4_offset, header_size_ - ip_.l4_offset);
  if (ip_.protocol == kProtocolTcp) {
    sequence_ = take_be<std::uint32_t>(l4, kTcpSequence);
    tcp_flags_ = take_be<std::uint8_t>(l4, kTcpFlags);
    take_be<std::uint16_t>(l4, kTcpChecksum);
  } else {
    take_be<std::uint16_t>(l4, kUdpLength);
    take_be<std::uint16_t>(l4, kUdpChecksum);
  }
  l4_sum_ = ones_complement_sum(l4, pseudo_header_sum(ip_, 0, headers_));
}

void Segmenter::write_headers(std::size_t i, BytesView payload, MutableBytes out) const noexcept {
  if (out.size() < header_size_) return;
  out = out.first(header_size_);
  std::copy_n(headers_.begin(), out.size(), out.begin());
  write_ip(i, payload.size(), out);
  if (ip_.protocol == kProtocolTcp)
    write_tcp(i, payload, out.subspan(ip_.l4_offset));
  else
    write_udp(payload, out.subspan(ip_.l4_offset));
}

void Segmenter::write_ip(std::size_t i, std::size_t payload_size, MutableBytes out) const noexcept {
  const auto length = static_cast<std::uint16_t>(header_size_ - ip_.offset + payload_size);
  const MutableBytes ip = out.subspan(ip_.offset);
  if (ip_.v6) {
    store_be(ip, kIpv6Length, static_cast<std::uint16_t>(length - kIpv6Header));
    return;
  }
  const auto identification = static_cast<std::uint16_t>(identification_ + i);
  store_be(ip, kIpv4Length, length);
  store_be(ip, kIpv4Identification, identification);
  const std::uint16_t sum = fold_sum(std::uint64_t{ip_sum_} + length + identification);
  store_be(ip, kIpv4Checksum, static_cast<std::uint16_t>(~sum));
}

void Segmenter::write_tcp(std::size_t i, BytesView payload, MutableBytes out) const noexcept {
  const auto length = static_cast<std::uint16_t>(out.size() + payload.size());
  const auto sequence = static_cast<std::uint32_t>(sequence_ + payload_offset(i));
  std::uint8_t flags = tcp_flags_;
  if (i != 0) flags &= static_cast<std::uint8_t>(~kTcpCwr);
  if (i + 1 != count_) flags &= static_cast<std::uint8_t>(~(kTcpFin | kTcpPsh));
  store_be(out, kTcpSequence, sequence);
  store_be(out, kTcpFlags, flags);
  // The flags are the low half of their word, kTcpFlags being odd.
  const std::uint32_t sum = std::uint32_t{l4_sum_} + length + (sequence >> 16) + (sequence & 0xFFFF) + flags;
  store_be(out, kTcpChecksum, l4_checksum(ones_complement_sum(payload, sum)));
}

void Segmenter::write_udp(BytesView payload, MutableBytes out) const noexcept {
  const auto length = static_cast<std::uint16_t>(out.size() + payload.size());
  store_be(out, kUdpLength, length);
  // Once as the header's field, once as the pseudo header's.
  const std::uint32_t sum = std::uint32_t{l4_sum_} + length + length;
  store_be(out, kUdpChecksum, l4_checksum(ones_complement_sum(payload, sum)));
}

}  // namespace vxtap
