#pragma once

#include <span>

#include "iproute2/device.hpp"
#include "iproute2/option.hpp"

namespace vxtap::iproute2 {

/// What stands behind `type vxlan` (iproute2's ip/iplink_vxlan.c), in its order, which decides what an
/// abbreviation means. Options of versions newer than the installed one are known, too.
std::span<const Option<Device>> vxlan_options();

}  // namespace vxtap::iproute2
