#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/unique_fd.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap::io {

/// A local VTEP as the sockets see it.
struct LocalVtep {
  VtepAddress address;
  std::uint16_t port = 0;
  std::string device;       ///< sockets are bound to it; empty: any
  std::uint32_t scope = 0;  ///< interface index for a link-local address or a group, else 0

  bool operator==(const LocalVtep&) const = default;
  /// Differs at most in the interface's number: an interface of that name was deleted and made anew.
  bool same_but_for_index(const LocalVtep& other) const noexcept {
    return address == other.address && port == other.port && device == other.device;
  }
};

/// "udp 192.0.2.1:4789", for messages.
std::string describe(const LocalVtep& vtep);

/// Which way this kernel knows trains. What lies in a control message that it does not know it ignores: a
/// train would leave as one datagram.
struct Trains {
  bool sent = false;      ///< UDP_SEGMENT, Linux 4.18
  bool received = false;  ///< UDP_GRO, Linux 5.0
};
/// Asks for sockets of the VTEP's family. Throws SystemError.
Trains known_trains(const LocalVtep& vtep);

/// Throws SystemError when another socket holds the address and port, or the address is a broadcast address,
/// both of which open_receiver() would pass: with SO_REUSEPORT a second daemon of the same user would take
/// half of the packets without a word.
void require_free(const LocalVtep& vtep);

/// Worker's receive socket: one of an SO_REUSEPORT group. Throws SystemError.
UniqueFd open_receiver(const LocalVtep& vtep);

/// A socket that receives `group` (IGMP/MLD join on vtep.device) on vtep.port. The membership ends with it.
/// Throws SystemError.
UniqueFd open_group_receiver(const LocalVtep& vtep, const VtepAddress& group);

/// How a sending socket fills in what no single packet decides.
struct SenderOptions {
  std::uint16_t port = 0;                        ///< source port
  bool checksum = true;                          ///< UDP checksum
  bool dont_fragment = false;                    ///< IPv4's DF; neither does this host fragment
  std::optional<std::uint32_t> flow_label = {};  ///< IPv6; empty: by the flow; each message carries its own
};

/// A socket that only sends; what is sent to it is dropped unread. Empty fd when its port is taken; throws
/// SystemError for everything else.
UniqueFd open_sender(const LocalVtep& vtep, const SenderOptions& options);

/// A second one at the port of `first`.
UniqueFd open_sender_beside(const UniqueFd& first, const LocalVtep& vtep, const SenderOptions& options);

/// A socket to be connected to remotes, to learn what the kernel knows of the way (PathMtuCache). Throws
/// SystemError.
UniqueFd open_path_probe(const LocalVtep& vtep);

}  // namespace vxtap::io
