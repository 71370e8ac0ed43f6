#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vxtap {

/// Ethernet address. Multicast and broadcast are told by the group bit (IEEE 802-2014 8.2). Held as a number,
/// because that is what the packet path compares and hashes.
class MacAddress {
 public:
  using Octets = std::array<std::uint8_t, 6>;

  constexpr MacAddress() = default;
  /// In wire order.
  explicit constexpr MacAddress(const Octets& octets) noexcept {
    for (const auto octet : octets) value_ = value_ << 8 | octet;
  }

  /// Six hexadecimal octets separated by ':' or '-', as iproute2 accepts; empty for anything else.
  static std::optional<MacAddress> parse(std::string_view text);
  /// The low 48 bits of `value`, most significant octet first.
  static constexpr MacAddress from_u64(std::uint64_t value) noexcept {
    MacAddress mac;
    mac.value_ = value & 0xFFFFFFFFFFFF;
    return mac;
  }

  constexpr std::uint64_t to_u64() const noexcept { return value_; }
  std::string to_string() const;

  /// In wire order.
  constexpr Octets octets() const noexcept {
    Octets octets{};
    for (std::size_t i = 0; i < octets.size(); ++i)
      octets[i] = static_cast<std::uint8_t>(value_ >> (8 * (octets.size() - 1 - i)));
    return octets;
  }
  constexpr bool is_multicast() const noexcept { return (value_ >> 40 & 1) != 0; }
  constexpr bool is_broadcast() const noexcept { return value_ == 0xFFFFFFFFFFFF; }
  constexpr bool is_zero() const noexcept { return value_ == 0; }
  auto operator<=>(const MacAddress&) const = default;

 private:
  std::uint64_t value_ = 0;  // the first octet on the wire in bits 40 to 47
};

}  // namespace vxtap
