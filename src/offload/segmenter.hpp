#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/inner_ip.hpp"
#include "vxtap/bytes.hpp"
#include "vxtap/ports.hpp"

namespace vxtap {

/// Cuts a TCP or UDP superframe into the packets it stands for, as a NIC with TSO or USO would (Linux,
/// tcp_offload.c and udp_offload.c): writes each packet's headers and leaves the payload where it is.
///
/// Every packet repeats the superframe's headers (Ethernet, tags, IP with its options or extension headers,
/// TCP with its options, UDP) but for: IPv4 total length, identification + i and header checksum; IPv6
/// payload length; UDP length; TCP sequence number, FIN and PSH only on the last, CWR only on the first; and
/// a complete L4 checksum. What those fields hold in the superframe does not matter, lengths beyond 16 bits
/// included.
///
/// What all packets have in common is kept, and summed, once: a copy of the headers, so that the superframe's
/// own may be overwritten, and the sums that each packet's checksums start from. Pure; any thread.
///
/// Limit: the pseudo header is made of the addresses in the IP header. A source route with hops still to go
/// (IPv6 routing header, IPv4 options) has its final destination elsewhere (RFC 8200 8.1); NICs know as
/// little of it.
class Segmenter {
  struct InOf {
    explicit InOf() = default;
  };

 public:
  /// Headers beyond this do not occur: Ethernet with two tags, IPv6 with extensions, TCP with options.
  static constexpr std::size_t kMaxHeaders = 256;

  /// `headers` holds at least offload.header_size bytes, the superframe's first; `payload_size` bytes follow
  /// them, wherever they are. Both may come from a hostile guest: empty when the headers are not what
  /// `offload` says, when there is no payload, and when a packet would be longer than IP can state.
  static std::optional<Segmenter> of(BytesView headers, const FrameOffload& offload,
                                     std::size_t payload_size) noexcept;

  /// For of() alone, which makes it where it is to stay: a copy would cost as much as the rest of it.
  Segmenter(InOf, BytesView headers, const InnerIp& ip, std::size_t segment_size,
            std::size_t payload_size) noexcept;

  std::size_t count() const noexcept { return count_; }
  std::size_t header_size() const noexcept { return header_size_; }

  /// Where packet i's payload lies in the superframe's; i < count().
  std::size_t payload_offset(std::size_t i) const noexcept { return i * segment_size_; }
  std::size_t payload_length(std::size_t i) const noexcept {
    return i + 1 < count_ ? segment_size_ : payload_size_ - payload_offset(i);
  }

  /// Writes packet i's headers to the first header_size() bytes of `out`, which has that many. `payload` is
  /// that packet's.
  void write_headers(std::size_t i, BytesView payload, MutableBytes out) const noexcept;

 private:
  void keep_ip() noexcept;
  void keep_l4() noexcept;
  void write_ip(std::size_t i, std::size_t payload_size, MutableBytes out) const noexcept;
  void write_tcp(std::size_t i, BytesView payload, MutableBytes out) const noexcept;
  void write_udp(BytesView payload, MutableBytes out) const noexcept;

  // Constant after construction.
  std::array<std::uint8_t, kMaxHeaders> headers_;  ///< header_size_ bytes; 0 where packets differ
  std::size_t header_size_;
  InnerIp ip_;
  std::size_t segment_size_;
  std::size_t payload_size_;
  std::size_t count_;
  std::uint16_t ip_sum_ = 0;  ///< of the IPv4 header in headers_
  std::uint16_t l4_sum_ = 0;  ///< of the L4 header in headers_ and the pseudo header without its length
  std::uint16_t identification_ = 0;
  std::uint32_t sequence_ = 0;
  std::uint8_t tcp_flags_ = 0;
};

}  // namespace vxtap
