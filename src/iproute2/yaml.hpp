#pragma once

#include <string>
#include <vector>

#include "iproute2/device.hpp"

namespace vxtap::iproute2 {

/// The devices, which are complete, as a configuration that says only what differs from vxtapd's defaults.
/// `commands` and `notes` become the comment at its head.
std::string to_yaml(const std::vector<Device>& devices, const std::vector<Command>& commands,
                    const std::vector<std::string>& notes);

}  // namespace vxtap::iproute2
