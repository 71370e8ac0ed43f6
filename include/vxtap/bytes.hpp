#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

namespace vxtap {

using BytesView = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

/// From the machine's byte order to the network's, or back.
template <typename T>
constexpr T big_endian(T value) noexcept {
  static_assert(std::is_unsigned_v<T> && sizeof(T) <= 8);
  if constexpr (std::endian::native == std::endian::big || sizeof(T) == 1)
    return value;
  else if constexpr (sizeof(T) == 2)
    return __builtin_bswap16(value);
  else if constexpr (sizeof(T) == 4)
    return __builtin_bswap32(value);
  else
    return __builtin_bswap64(value);
}

/// Reads an unsigned integer of network byte order. Empty when it would reach past the end: this and
/// store_be are the only places where packet bytes become numbers.
template <typename T>
constexpr std::optional<T> load_be(BytesView bytes, std::size_t offset) noexcept {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  if (!std::is_constant_evaluated()) {
    T value = 0;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return big_endian(value);
  }
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>((value << 8) | bytes[offset + i]);
  return value;
}

/// Writes `value` in network byte order; false, and nothing written, when it would reach past the end.
template <typename T>
constexpr bool store_be(MutableBytes bytes, std::size_t offset, T value) noexcept {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return false;
  if (!std::is_constant_evaluated()) {
    value = big_endian(value);
    std::memcpy(bytes.data() + offset, &value, sizeof value);
    return true;
  }
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes[offset + i] = static_cast<std::uint8_t>(value >> (8 * (sizeof(T) - 1 - i)));
  return true;
}

}  // namespace vxtap
