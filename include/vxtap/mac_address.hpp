#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vxtap {

/// Ethernet address in wire order. Multicast and broadcast are told by the group bit (IEEE 802-2014 8.2).
class MacAddress {
 public:
  constexpr MacAddress() = default;
  explicit constexpr MacAddress(std::array<std::uint8_t, 6> octets) noexcept : octets_(octets) {}

  /// Six hexadecimal octets separated by ':' or '-', as iproute2 accepts; empty for anything else.
  static std::optional<MacAddress> parse(std::string_view text);
  /// The low 48 bits of `value`, most significant octet first.
  static constexpr MacAddress from_u64(std::uint64_t value) noexcept {
    MacAddress mac;
    for (int i = 5; i >= 0; --i, value >>= 8) mac.octets_[static_cast<std::size_t>(i)] = value & 0xFF;
    return mac;
  }

  constexpr std::uint64_t to_u64() const noexcept {
    std::uint64_t value = 0;
    for (auto octet : octets_) value = value << 8 | octet;
    return value;
  }
  std::string to_string() const;

  constexpr const std::array<std::uint8_t, 6>& octets() const noexcept { return octets_; }
  constexpr bool is_multicast() const noexcept { return (octets_[0] & 1) != 0; }
  constexpr bool is_broadcast() const noexcept { return to_u64() == 0xFFFFFFFFFFFF; }
  constexpr bool is_zero() const noexcept { return to_u64() == 0; }
  auto operator<=>(const MacAddress&) const = default;

 private:
  std::array<std::uint8_t, 6> octets_{};
};

}  // namespace vxtap
