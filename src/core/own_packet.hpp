#pragma once

#include "core/inner_ip.hpp"
#include "vxtap/forwarder.hpp"

namespace vxtap {

/// Whether what the TAP sent is a packet that this daemon encapsulated itself: then a route to a remote leads
/// into an overlay of ours, and each encapsulation would be encapsulated again, for ever and ever larger. So
/// it is when it is for UDP, comes from a local address and carries a VNI of that VTEP to a port of its. Of a
/// fragment, which may lack all that: when it goes from the segment's own address to the very remote that
/// would be sent to. The kernel's driver refuses a route through itself instead (vxlan_xmit_one() of
/// drivers/net/vxlan/vxlan_core.c); which way a packet takes is seen here only when it comes back.
bool is_own_packet(const SegmentTable& segments, const TapVerdict& verdict, const InnerIp& ip,
                   BytesView frame) noexcept;

}  // namespace vxtap
