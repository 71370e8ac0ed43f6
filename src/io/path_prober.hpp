#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include "io/udp_socket.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap::io {

/// What became of one probe.
struct ProbeAnswer {
  enum class Kind : std::uint8_t {
    kArrived,  ///< the remote itself answered
    kTooBig,   ///< refused by this host or by a router, for its size
    kSilence,
    kRefused,  ///< refused for another reason
  };
  Kind kind = Kind::kSilence;
  std::uint32_t mtu = 0;  ///< with kTooBig: what the next hop takes; 0: not said
  int error = 0;          ///< with kRefused: errno
};

/// Packets with DF to one remote, from the local VTEP's address and device, and what came back for them. One
/// thread. The kernel takes note of what routers report, as with any other packet: it knows the path better
/// afterwards.
class PathProber {
 public:
  enum class Method : std::uint8_t {
    kEcho,  ///< ICMP echo requests, whose answers come without delay
    kUdp,   ///< datagrams to closed ports, as traceroute(8); Linux answers one a second behind a burst of six
  };

  /// Empty when the kernel does not permit the method: for kEcho it takes CAP_NET_RAW, or a group of
  /// net.ipv4.ping_group_range. Throws SystemError for everything else.
  static std::unique_ptr<PathProber> open(Method method, const LocalVtep& vtep, const VtepAddress& remote);
  virtual ~PathProber() = default;

  /// Sends an IP packet of `size` bytes, at least 48, and waits `patience` at most, or until `stop`.
  virtual ProbeAnswer probe(std::uint32_t size, std::chrono::milliseconds patience,
                            const std::stop_token& stop) = 0;
};

/// What the kernel believes of the way: the route's MTU, its interface's, or what a router reported. Empty
/// without a way there. Throws SystemError when no socket can be had.
std::optional<std::uint32_t> believed_path_mtu(const LocalVtep& vtep, const VtepAddress& remote);

}  // namespace vxtap::io
