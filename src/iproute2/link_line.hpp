#pragma once

#include <span>
#include <vector>

#include "iproute2/device.hpp"
#include "iproute2/option.hpp"

namespace vxtap::iproute2 {

/// What `ip link` takes before `type` (iproute2's ip/iplink.c), in its order.
std::span<const Option<Device>> link_options();

/// The words behind `ip link add`, which have `type vxlan` among them. A device that is refused is reported,
/// and may have been added all the same. A device without a name gets the kernel's: vxlan0 or the next.
void read_link_add(std::span<const Word> words, std::vector<Device>& devices, Findings& findings);

/// The words behind `ip link set`. False when they are about none of the devices.
bool read_link_set(std::span<const Word> words, std::vector<Device>& devices, Findings& findings);

/// The device of that name; null when there is none.
Device* find_device(std::vector<Device>& devices, std::string_view name);

}  // namespace vxtap::iproute2
