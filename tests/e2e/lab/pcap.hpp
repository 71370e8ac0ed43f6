#pragma once

#include <filesystem>
#include <vector>

#include "lab/observer.hpp"

namespace vxtap::lab {

/// A capture file of Ethernet frames, time stamps zero.
void write_pcap(const std::filesystem::path& file, const std::vector<Bytes>& frames);

}  // namespace vxtap::lab
