#include "vxtap/mac_address.hpp"

#include <charconv>
#include <cstdio>

namespace vxtap {

std::optional<MacAddress> MacAddress::parse(std::string_view text) {
  constexpr std::size_t kLength = 17;
  if (text.size() != kLength || (text[2] != ':' && text[2] != '-')) return std::nullopt;
  std::array<std::uint8_t, 6> octets{};
  for (std::size_t i = 0; i < 6; ++i) {
    const char* begin = text.data() + 3 * i;
    if (i > 0 && begin[-1] != text[2]) return std::nullopt;
    const auto [end, error] = std::from_chars(begin, begin + 2, octets[i], 16);
    if (error != std::errc{} || end != begin + 2) return std::nullopt;
  }
  return MacAddress(octets);
}

std::string MacAddress::to_string() const {
  const Octets at = octets();
  std::array<char, 18> text{};
  std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x", at[0], at[1], at[2], at[3], at[4],
                at[5]);
  return text.data();
}

}  // namespace vxtap
