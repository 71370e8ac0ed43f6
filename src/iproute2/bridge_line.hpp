#pragma once

#include <span>
#include <vector>

#include "iproute2/device.hpp"
#include "iproute2/option.hpp"

namespace vxtap::iproute2 {

enum class FdbVerb : std::uint8_t { kAdd, kAppend, kReplace, kDelete };

/// The words behind `bridge fdb VERB`. False when they are about none of the devices, or about the entry of a
/// bridge.
bool read_fdb_change(FdbVerb verb, std::span<const Word> words, std::vector<Device>& devices,
                     Findings& findings);

/// The words that may stand behind the MAC address, for the test of the table.
std::vector<std::string_view> fdb_option_words();

}  // namespace vxtap::iproute2
