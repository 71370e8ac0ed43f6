#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "support/values.hpp"
#include "vxtap/ports.hpp"

/// What checksums and superframes come to, worked out the slow way and with nothing of src/offload.
namespace vxtap::test {

/// RFC 1071 as its section 4.1 has it, two bytes at a time.
inline std::uint16_t naive_sum(BytesView bytes, std::uint32_t initial = 0) {
  std::uint64_t sum = initial;
  for (std::size_t i = 0; i < bytes.size(); i += 2)
    sum += static_cast<std::uint64_t>(bytes[i] << 8 | (i + 1 < bytes.size() ? bytes[i + 1] : 0));
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

/// What a checksum field holds for a sum: of the two zeros the one that UDP takes (RFC 768).
inline std::uint16_t naive_checksum(std::uint16_t sum) {
  return sum == 0xFFFF ? std::uint16_t{0xFFFF} : static_cast<std::uint16_t>(~sum);
}

/// Of the pseudo header (RFC 9293 3.1, RFC 8200 8.1) of an L4 of `l4_size` bytes; `ip`: where the IP header
/// begins.
inline std::uint16_t naive_pseudo_sum(BytesView frame, std::size_t ip, std::size_t l4_size,
                                      std::uint8_t protocol) {
  const bool v6 = frame[ip] >> 4 == 6;
  return naive_sum(frame.subspan(ip + (v6 ? 8 : 12), v6 ? 32 : 8),
                   static_cast<std::uint32_t>(l4_size + protocol));
}

/// Where the IP header of a frame with up to two tags begins.
inline std::size_t naive_ip_offset(BytesView frame) {
  std::size_t type_at = 12;
  for (int tags = 0; tags < 2; ++tags) {
    const auto type = load_be<std::uint16_t>(frame, type_at).value_or(0);
    if (type == 0x8100 || type == 0x88A8) type_at += 4;
  }
  return type_at + 2;
}

/// What a NIC does to packet i of a superframe, on bytes that are its own. RFC 791, 8200, 9293, 768, 3168.
inline void naive_mend(Bytes& packet, const FrameOffload& offload, std::size_t i, bool last) {
  const MutableBytes bytes(packet);
  const std::size_t ip = naive_ip_offset(bytes), l4 = offload.checksum_start;
  const bool tcp = offload.gso != FrameOffload::Gso::kUdp;
  const bool v6 = bytes[ip] >> 4 == 6;
  const auto l4_size = static_cast<std::uint16_t>(packet.size() - l4);
  if (v6) {
    store_be(bytes, ip + 4, static_cast<std::uint16_t>(packet.size() - ip - 40));
  } else {
    store_be(bytes, ip + 2, static_cast<std::uint16_t>(packet.size() - ip));
    store_be(bytes, ip + 4, static_cast<std::uint16_t>(load_be<std::uint16_t>(bytes, ip + 4).value() + i));
    store_be(bytes, ip + 10, std::uint16_t{0});
    store_be(bytes, ip + 10, static_cast<std::uint16_t>(~naive_sum(bytes.subspan(ip, l4 - ip))));
  }
  if (tcp) {
    const auto sequence = load_be<std::uint32_t>(bytes, l4 + 4).value();
    store_be(bytes, l4 + 4, static_cast<std::uint32_t>(sequence + i * offload.segment_size));
    if (!last) packet[l4 + 13] &= 0xF6;   // FIN, PSH
    if (i != 0) packet[l4 + 13] &= 0x7F;  // CWR
  } else {
    store_be(bytes, l4 + 4, l4_size);
  }
  const std::size_t field = l4 + offload.checksum_offset;
  store_be(bytes, field, std::uint16_t{0});
  const auto pseudo = naive_pseudo_sum(bytes, ip, l4_size, tcp ? 6 : 17);
  store_be(bytes, field, naive_checksum(naive_sum(bytes.subspan(l4), pseudo)));
}

inline Bytes joined(const Delivery& frame) {
  return joined(frame.pieces);
}

/// A superframe cut the slow way, each checksum from scratch; any other frame is its own only packet.
inline std::vector<Bytes> naive_cut(const Bytes& whole, const FrameOffload& offload) {
  if (offload.gso == FrameOffload::Gso::kNone) return {whole};
  std::vector<Bytes> packets;
  for (std::size_t at = offload.header_size; at < whole.size(); at += offload.segment_size) {
    const std::size_t end = std::min<std::size_t>(whole.size(), at + offload.segment_size);
    Bytes packet(whole.begin(), whole.begin() + offload.header_size);
    packet.insert(packet.end(), whole.begin() + static_cast<std::ptrdiff_t>(at),
                  whole.begin() + static_cast<std::ptrdiff_t>(end));
    naive_mend(packet, offload, packets.size(), end == whole.size());
    packets.push_back(std::move(packet));
  }
  return packets;
}
inline std::vector<Bytes> naive_cut(const Delivery& frame) {
  return naive_cut(joined(frame), frame.offload);
}

}  // namespace vxtap::test
