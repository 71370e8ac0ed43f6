#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "inspect/explanation.hpp"
#include "vxtap/neighbours.hpp"
#include "vxtap/ports.hpp"

namespace vxtap::inspect {

/// How copies of a flow leave.
struct Sending {
  std::uint16_t source_port = 0;            ///< host order
  bool checksum = true;                     ///< UDP's
  std::optional<std::uint32_t> flow_label;  ///< IPv6; empty: the kernel's, by the flow
};

/// Whom a segment's `accept` lets in.
struct Accepted {
  std::string words;      ///< "its peers 192.0.2.2, 192.0.2.3"
  bool by_peers = false;  ///< whoever becomes a peer is let in
};

/// What is asked besides the tables: the sockets, the kernel, and who wrote what where. Segments are those of
/// the table that is asked. One thread.
class Surroundings {
 public:
  virtual ~Surroundings() = default;

  virtual std::string tap_name(TapId tap) = 0;
  /// "192.0.2.1:4789"
  virtual std::string endpoint_name(EndpointId endpoint) = 0;

  virtual Sending sending(const Segment& segment, const OuterHeader& outer) = 0;
  /// Empty when the kernel would refuse to send there.
  virtual std::optional<io::Route> route(const Segment& segment, const Remote& remote) = 0;
  /// What of ours is behind that interface: "vx42", "br0, a bridge with vx42 as a port". Empty: nothing.
  virtual std::string own_overlay(const std::string& device) = 0;
  /// As Underlay::path_mtu.
  virtual std::uint32_t path_mtu(const Segment& segment, const Remote& remote) = 0;

  virtual Accepted accepted(const Segment& segment) = 0;

  /// Of a key by its path in the segment, such as "fdb.unknown_unicast".
  virtual Place key(const Segment& segment, std::string_view path) = 0;
  /// Of one remote of the flood list.
  virtual Place flood_remote(const Segment& segment, const Remote& remote) = 0;
  /// Of an entry of the FDB.
  virtual Place entry(const Segment& segment, const MacAddress& mac, FdbOrigin origin) = 0;
  /// Of a configured neighbour.
  virtual Place neighbour(const Segment& segment, const VtepAddress& ip) = 0;
};

}  // namespace vxtap::inspect
