#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lab/observer.hpp"
#include "lab/wire.hpp"

/// Packets made and read with libtins.
namespace vxtap::lab {

/// An EtherType nobody speaks (IEEE 802 local experimental): frames of this test and no other.
inline constexpr std::uint16_t kTestType = 0x88B5;

/// A minimal-size frame of that type. `mark` goes into its payload.
Bytes test_frame(const std::string& source, const std::string& destination, std::uint32_t mark = 0);
bool is_test_frame(const Bytes& frame);

/// An Ethernet frame with a UDP datagram in IPv4 or IPv6, its ToS or traffic class as given.
struct UdpFrame {
  std::string source_mac, destination_mac;
  std::string source, destination;
  std::uint16_t source_port = 1000, destination_port = 2000;
  std::uint8_t tos = 0;
  Bytes payload = Bytes(32, 0x55);
};
Bytes udp_frame(const UdpFrame& spec);

/// Eight bytes in front of the inner frame. `bits`: the first 32 bits, 0x08000000 being the I flag;
/// `reserved`: the last eight.
Bytes vxlan(std::uint32_t vni, const Bytes& inner, std::uint32_t bits = 0x08000000,
            std::uint8_t reserved = 0);

/// A UDP payload on its way between two hosts of a wire, as a whole packet for eth0 of `from`.
struct Underlying {
  std::size_t from = 1, to = 0;  ///< hosts of the wire
  Family family = Family::kIpv4;
  std::uint16_t source_port = 55555, destination_port = 4789;
  std::uint8_t tos = 0;
  bool checksum = true;
  std::string source = {};  ///< outer source address when it is not that of `from`
};
Bytes underlying_frame(const Underlying& spec, const Bytes& payload);
void send_underlying(Wire& wire, const Underlying& spec, const Bytes& payload);

/// An outer packet taken apart.
struct Outer {
  std::string source, destination;
  std::uint16_t source_port = 0, destination_port = 0;
  unsigned ttl = 0;
  std::uint8_t tos = 0;
  bool dont_fragment = false;
  std::uint16_t udp_checksum = 0;
  std::uint16_t computed_checksum = 0;  ///< what libtins would have written there
  std::string destination_mac;
  Bytes payload;

  std::uint32_t vni() const;
  Bytes inner() const { return Bytes(payload.begin() + 8, payload.end()); }
};
/// Empty for what is not UDP with at least a VXLAN header to `port` (0: to any).
std::optional<Outer> parse_outer(const Bytes& frame, std::uint16_t port = 4789);

/// Lets through encapsulated test frames.
bool carries_test_frame(const Bytes& frame);

/// ToS or traffic class of an IPv4 or IPv6 frame; empty for other frames.
std::optional<std::uint8_t> inner_tos(const Bytes& frame);

}  // namespace vxtap::lab
