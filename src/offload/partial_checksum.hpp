#pragma once

#include <cstdint>

#include "vxtap/ports.hpp"

namespace vxtap {

/// Recognises an inner frame whose sender, a kernel VTEP on the same machine, left the TCP or UDP checksum to
/// a device that never came: the field then holds the folded pseudo-header sum (Linux, skbuff.h,
/// CHECKSUM_PARTIAL). A TCP frame longer than `mtu` (of the TAP, bytes behind the Ethernet header) is also a
/// superframe; its segment size is what fits the MTU. Everything else gets the default: nothing to finish.
FrameOffload recognise_partial_checksum(BytesView frame, std::uint32_t mtu) noexcept;

}  // namespace vxtap
