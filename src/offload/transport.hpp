#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/inner_ip.hpp"
#include "vxtap/bytes.hpp"

/// What segmenting, coalescing and recognising have in common: where TCP and UDP keep things (RFC 9293, RFC
/// 768). Offsets count from the first byte of the L4 header where nothing else is said.
namespace vxtap {

// From the first byte of the IP header (RFC 791 3.1, RFC 8200 section 3).
inline constexpr std::size_t kIpv4Length = 2;
inline constexpr std::size_t kIpv4Identification = 4;
inline constexpr std::size_t kIpv4Flags = 6;
inline constexpr std::size_t kIpv4Checksum = 10;
inline constexpr std::size_t kIpv6Length = 4;
inline constexpr std::size_t kMaxIpLength = 0xFFFF;

inline constexpr std::size_t kTcpSequence = 4;
inline constexpr std::size_t kTcpAcknowledgement = 8;
inline constexpr std::size_t kTcpDataOffset = 12;
inline constexpr std::size_t kTcpFlags = 13;
inline constexpr std::size_t kTcpWindow = 14;
inline constexpr std::size_t kTcpChecksum = 16;
inline constexpr std::size_t kTcpMinimum = 20;

inline constexpr std::uint8_t kTcpFin = 0x01;
inline constexpr std::uint8_t kTcpPsh = 0x08;
inline constexpr std::uint8_t kTcpAck = 0x10;
inline constexpr std::uint8_t kTcpCwr = 0x80;

inline constexpr std::size_t kUdpLength = 4;
inline constexpr std::size_t kUdpChecksum = 6;
inline constexpr std::size_t kUdpHeader = 8;

/// Bytes from l4_offset to the end that the IP header states; empty when the frame has fewer.
std::optional<std::size_t> l4_length(const InnerIp& ip, BytesView frame) noexcept;

/// Size of the TCP or UDP header; empty for any other protocol, for a TCP data offset below its minimum and
/// for a header that the frame does not hold whole.
std::optional<std::size_t> l4_header_size(const InnerIp& ip, BytesView frame) noexcept;

/// Folded one's complement sum of the pseudo header (RFC 9293 3.1, RFC 8200 8.1) for `length` bytes of L4.
std::uint16_t pseudo_header_sum(const InnerIp& ip, std::size_t length, BytesView frame) noexcept;

}  // namespace vxtap
