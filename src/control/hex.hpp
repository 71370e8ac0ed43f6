#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vxtap/bytes.hpp"

/// Bytes in hexadecimal.
namespace vxtap::control {

/// Two digits for each byte, nothing between them.
std::string to_hex(BytesView bytes);

/// The bytes of such text. Blanks, newlines and colons may stand anywhere between bytes, 0x before any of
/// them: that is how tools print packets. Empty for anything else.
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

}  // namespace vxtap::control
