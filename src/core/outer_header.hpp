#pragma once

#include <optional>

#include "core/inner_ip.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/ports.hpp"
#include "vxtap/segment.hpp"

namespace vxtap {

/// What the segment's policy makes of a frame, whose IP header is `ip` if it has one.
OuterHeader outer_header(const Segment& segment, const EthernetHeader& ethernet,
                         const std::optional<InnerIp>& ip, BytesView frame) noexcept;

}  // namespace vxtap
