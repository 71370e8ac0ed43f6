#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vxtap/mac_address.hpp"

struct nlmsghdr;

namespace vxtap::io {

/// What the kernel says of an interface of kind "tun".
struct TunInfo {
  bool tap = false;          ///< carries Ethernet frames; false: IP packets (IFF_TUN)
  bool multi_queue = false;  ///< created with IFF_MULTI_QUEUE
  std::uint32_t queues = 0;  ///< descriptors attached to a multi-queue interface, by whichever process
};

/// Of an interface of kind "vxlan": the kernel's own VTEP.
struct VxlanInfo {
  std::uint32_t vni = 0;   ///< 0 as well for one that carries many (`external`)
  std::uint16_t port = 0;  ///< UDP, host order
};

/// Of an interface of kind "bridge".
struct BridgeInfo {
  bool multicast_snooping = false;
  bool multicast_querier = false;  ///< it asks for members itself
};

/// How large a superframe the host builds for an interface. The kernel takes room for the headers of its own
/// (MAX_TCP_HEADER) off the bytes before it fills them with TCP payload.
struct GsoLimits {
  std::uint32_t bytes = 0;
  std::uint32_t segments = 0;
  bool operator==(const GsoLimits&) const = default;
};

/// One network interface at one moment.
struct LinkInfo {
  std::string name;
  int index = 0;
  bool up = false;       ///< IFF_UP: administratively
  bool running = false;  ///< IFF_RUNNING: up and with carrier
  std::uint32_t mtu = 0;
  std::uint32_t min_mtu = 0;
  std::uint32_t max_mtu = 0;  ///< 0: the kernel names none
  std::uint32_t tx_queue_length = 0;
  std::string qdisc;  ///< at the root; "noop" until the interface is up for the first time or one is chosen
  GsoLimits gso;
  MacAddress mac;
  int master = 0;                ///< index of the bridge or VRF it belongs to, 0 for none
  std::uint64_t tx_dropped = 0;  ///< of a TAP: frames from the host that no queue had room for
  std::string kind;              ///< "bridge", "veth", "tun"; empty for hardware
  std::optional<TunInfo> tun;
  std::optional<VxlanInfo> vxlan;
  std::optional<BridgeInfo> bridge;
};

/// Reads an RTM_NEWLINK or RTM_DELLINK message. Empty for other messages and for what bridges send under the
/// same type and group about their ports (family AF_BRIDGE): a port that leaves its bridge is not deleted.
std::optional<LinkInfo> parse_link(const nlmsghdr& message);

}  // namespace vxtap::io
