#pragma once

#include <span>
#include <vector>

#include "iproute2/device.hpp"
#include "iproute2/findings.hpp"

namespace vxtap::iproute2 {

/// The words behind `ip address add` or `replace`. False when they are about none of the devices.
bool read_address_add(std::span<const Word> words, std::vector<Device>& devices, Findings& findings);

/// The words behind `ip neighbour add` or `replace`. False when they are about none of the devices.
bool read_neighbour_add(std::span<const Word> words, std::vector<Device>& devices, Findings& findings);

}  // namespace vxtap::iproute2
