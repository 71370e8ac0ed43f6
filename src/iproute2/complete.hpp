#pragma once

#include "iproute2/device.hpp"
#include "iproute2/findings.hpp"

namespace vxtap::iproute2 {

/// Judges the device as a whole, as the kernel would, and fills in what its segment has of several options
/// and of the kernel's defaults, which are not vxtapd's.
void complete(Device& device, Findings& findings);

}  // namespace vxtap::iproute2
