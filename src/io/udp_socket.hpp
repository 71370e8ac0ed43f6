#pragma once

#include <cstdint>
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
};

/// "udp 192.0.2.1:4789", for messages.
std::string describe(const LocalVtep& vtep);

/// Throws SystemError when another socket holds the address and port. SO_REUSEPORT would otherwise let a
/// second daemon of the same user take half of the packets without a word.
void require_free(const LocalVtep& vtep);

/// Worker's receive socket: one of an SO_REUSEPORT group. Throws SystemError.
UniqueFd open_receiver(const LocalVtep& vtep);

/// A socket that receives `group` (IGMP/MLD join on vtep.device) on vtep.port. The membership ends with it.
/// Throws SystemError.
UniqueFd open_group_receiver(const LocalVtep& vtep, const VtepAddress& group);

/// A socket that only sends, from `source_port`; what is sent to it is dropped unread. Empty fd when that
/// port is taken; throws SystemError for everything else.
UniqueFd open_sender(const LocalVtep& vtep, std::uint16_t source_port, bool checksum);

}  // namespace vxtap::io
