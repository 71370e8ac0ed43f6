#pragma once

#include <tins/tins.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "support/values.hpp"
#include "vxtap/ports.hpp"

namespace vxtap::test {

inline const MacAddress kAlice = mac("02:00:00:00:00:0a");
inline const MacAddress kBob = mac("02:00:00:00:00:0b");

/// TCP or UDP over either IP, from alice to bob.
struct Shape {
  bool v6 = false, tcp = true;
  std::size_t l4() const { return 14U + (v6 ? 40U : 20U); }
  std::size_t headers() const { return l4() + (tcp ? 20U : 8U); }
};

inline Bytes frame_of(const Shape& shape, std::size_t payload, std::uint32_t number = 0) {
  std::unique_ptr<Tins::PDU> l4;
  if (shape.tcp) {
    auto tcp = std::make_unique<Tins::TCP>(80, 40000);
    tcp->flags(Tins::TCP::ACK);
    tcp->seq(static_cast<std::uint32_t>(1000 + number * payload));
    l4 = std::move(tcp);
  } else {
    l4 = std::make_unique<Tins::UDP>(80, 40000);
  }
  *l4 /= Tins::RawPDU(std::string(payload, 'x'));
  const Tins::EthernetII ethernet(kBob.to_string(), kAlice.to_string());
  if (shape.v6) return (ethernet / Tins::IPv6("fd00::2", "fd00::1") / *l4).serialize();
  Tins::IP ip("10.0.0.2", "10.0.0.1");
  ip.id(static_cast<std::uint16_t>(number));
  return (ethernet / ip / *l4).serialize();
}

inline FrameOffload superframe(const Shape& shape, std::uint16_t size = 1400) {
  return {.needs_checksum = true,
          .checksum_start = static_cast<std::uint16_t>(shape.l4()),
          .checksum_offset = static_cast<std::uint16_t>(shape.tcp ? 16 : 6),
          .gso = !shape.tcp ? FrameOffload::Gso::kUdp
                 : shape.v6 ? FrameOffload::Gso::kTcpV6
                            : FrameOffload::Gso::kTcpV4,
          .tcp_ecn = false,
          .segment_size = size,
          .header_size = static_cast<std::uint16_t>(shape.headers())};
}

inline const std::array<Shape, 4> kShapes{{{false, true}, {true, true}, {false, false}, {true, false}}};

/// The sender's part of a checksum that is left to a device.
inline Bytes unfinished(Bytes frame, const Shape& shape) {
  const std::size_t addresses = shape.v6 ? 32 : 8;
  auto sum = static_cast<std::uint32_t>((shape.tcp ? 6 : 17) + frame.size() - shape.l4());
  for (std::size_t i = shape.l4() - addresses; i < shape.l4(); i += 2)
    sum += static_cast<std::uint32_t>(frame[i] << 8 | frame[i + 1]);
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  store_be(MutableBytes(frame), shape.l4() + (shape.tcp ? 16 : 6), static_cast<std::uint16_t>(sum));
  return frame;
}

inline std::vector<Remote> many_remotes() {
  std::vector<Remote> all;
  for (int i = 1; i <= 64; ++i) all.push_back(remote("198.51.100." + std::to_string(i)));
  return all;
}

}  // namespace vxtap::test
