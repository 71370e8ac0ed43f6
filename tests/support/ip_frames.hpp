#pragma once

#include <tins/tins.h>

#include <string>

#include "support/values.hpp"

namespace vxtap::test {

// Frames made by libtins, whose headers and checksums owe nothing to the code under test.

inline Tins::EthernetII ethernet_ii() {
  return {"02:00:00:00:00:0b", "02:00:00:00:00:0a"};
}

struct Flow {
  std::string source = "10.0.0.1", destination = "10.0.0.2";
  std::uint16_t source_port = 40000, destination_port = 53;
};

inline Bytes udp_v4(std::uint8_t tos = 0, const Flow& flow = {}, const std::string& text = "payload") {
  Tins::IP ip(flow.destination, flow.source);
  ip.tos(tos);
  ip.id(0x1234);
  auto packet = ethernet_ii() / ip / Tins::UDP(flow.destination_port, flow.source_port) / Tins::RawPDU(text);
  return packet.serialize();
}

inline Bytes udp_v6(std::uint8_t traffic_class = 0, const Flow& flow = {"fd00::1", "fd00::2"},
                    const std::string& text = "payload") {
  Tins::IPv6 ip(flow.destination, flow.source);
  ip.traffic_class(traffic_class);
  ip.flow_label(0xABCDE);
  auto packet = ethernet_ii() / ip / Tins::UDP(flow.destination_port, flow.source_port) / Tins::RawPDU(text);
  return packet.serialize();
}

/// `payload` bytes of UDP in an IPv4 packet with these flags.
inline Bytes whole_v4(std::size_t payload, std::uint8_t flags = Tins::IP::DONT_FRAGMENT) {
  Tins::IP ip("10.0.0.2", "10.0.0.1");
  ip.flags(static_cast<Tins::IP::Flags>(flags));
  auto packet = ethernet_ii() / ip / Tins::UDP(53, 40000) / Tins::RawPDU(std::string(payload, 'x'));
  return packet.serialize();
}

/// The same in an IPv6 packet.
inline Bytes large_v6(std::size_t payload) {
  return udp_v6(0, {"fd00::1", "fd00::2"}, std::string(payload, 'x'));
}

}  // namespace vxtap::test
