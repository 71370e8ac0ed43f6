#pragma once

#include <string>
#include <vector>

#include "conformance/topic.hpp"

namespace vxtap::conformance {

/// What becomes of an inner IPv4 packet of `size` bytes (header included) on its way to host 1: "whole", "2
/// fragments", "lost", or "refused" by the device because of its MTU.
std::string packet_fate(Stage& stage, std::size_t size);

/// The fates of several sizes, as a case observes them.
std::function<std::string(Stage&)> fates_of(const std::vector<std::size_t>& sizes);

}  // namespace vxtap::conformance
