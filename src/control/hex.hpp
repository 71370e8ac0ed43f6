#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace vxtap::control {

/// Two lower-case digits for each byte, nothing between.
inline std::string hex(std::span<const std::uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xF];
  }
  return text;
}

}  // namespace vxtap::control
