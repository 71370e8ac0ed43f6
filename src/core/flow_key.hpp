#pragma once

#include <cstdint>
#include <optional>

#include "core/inner_ip.hpp"
#include "vxtap/bytes.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap {

/// Hash of the inner flow: addresses, protocol and ports for IPv4 and IPv6 (fragments without ports, so that
/// all of one datagram agree), MAC addresses and EtherType for everything else. RFC 7348 section 5 wants it
/// in the outer source port.
std::uint32_t flow_hash(const EthernetHeader& ethernet, const std::optional<InnerIp>& ip,
                        BytesView frame) noexcept;

}  // namespace vxtap
