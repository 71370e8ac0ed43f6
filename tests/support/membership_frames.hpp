#pragma once

#include <tins/tins.h>

#include <string>

#include "support/values.hpp"

namespace vxtap::test {

// Frames that carry membership messages, which are given as bytes of the RFCs' figures.

inline Bytes octets(const std::string& ip) {
  const auto parsed = address(ip);
  const auto bytes = parsed.octets();
  return {bytes.begin(), bytes.end()};
}

/// Writes the checksum of RFC 1071 over `pseudo_header` and `message` where all of these messages have it.
inline Bytes with_checksum(Bytes message, const Bytes& pseudo_header = {}) {
  constexpr std::size_t kField = 2;
  message.at(kField) = message.at(kField + 1) = 0;
  const Bytes summed = pseudo_header + message + Bytes(message.size() % 2, 0);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < summed.size(); i += 2)
    sum += static_cast<std::uint32_t>(summed[i] << 8 | summed[i + 1]);
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  store_be(MutableBytes(message), kField, static_cast<std::uint16_t>(~sum));
  return message;
}

struct IpEnds {
  std::string source, destination;
};

/// As it is, with whatever checksum.
inline Bytes ipv4_frame(const Bytes& message, const IpEnds& ends, std::uint8_t protocol = 2) {
  Tins::IP ip(ends.destination, ends.source);
  ip.ttl(1);
  ip.protocol(protocol);
  auto packet = Tins::EthernetII("01:00:5e:00:00:16", "02:00:00:00:00:0a") / ip / Tins::RawPDU(message);
  auto frame = packet.serialize();
  frame.resize(ip.header_size() + 14 + message.size());  // libtins pads to Ethernet's minimum
  return frame;
}

inline Bytes igmp_frame(const Bytes& message,
                        const IpEnds& ends = {.source = "10.0.0.1", .destination = "224.0.0.1"}) {
  return ipv4_frame(with_checksum(message), ends);
}

struct MldEnvelope {
  IpEnds ends{.source = "fe80::1", .destination = "ff02::1"};
  std::uint8_t hop_limit = 1;
  Bytes hop_by_hop{0x3A, 0, 5, 2, 0, 0, 1, 0};  ///< RFC 2711: Router Alert of value 0, and PadN
  std::uint8_t protocol = 58;
};

/// IPv6 by hand (RFC 8200 section 3); `message` as it is.
inline Bytes ipv6_frame(const Bytes& message, const MldEnvelope& envelope) {
  const auto payload = envelope.hop_by_hop + message;
  const std::uint8_t next = envelope.hop_by_hop.empty() ? envelope.protocol : std::uint8_t{0};
  Bytes header{0x60,
               0,
               0,
               0,
               static_cast<std::uint8_t>(payload.size() >> 8),
               static_cast<std::uint8_t>(payload.size()),
               next,
               envelope.hop_limit};
  header = header + octets(envelope.ends.source) + octets(envelope.ends.destination);
  return ethernet_frame(mac("33:33:00:00:00:01"), mac("02:00:00:00:00:0a"), "", 0x86DD) + header + payload;
}

inline Bytes mld_frame(const Bytes& message, const MldEnvelope& envelope = {}) {
  const Bytes length_and_protocol{0,
                                  0,
                                  static_cast<std::uint8_t>(message.size() >> 8),
                                  static_cast<std::uint8_t>(message.size()),
                                  0,
                                  0,
                                  0,
                                  envelope.protocol};
  const auto pseudo_header =
      octets(envelope.ends.source) + octets(envelope.ends.destination) + length_and_protocol;
  return ipv6_frame(with_checksum(message, pseudo_header), envelope);
}

}  // namespace vxtap::test
