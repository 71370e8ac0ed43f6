#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace vxtap {

using BytesView = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

/// Reads an unsigned integer of network byte order. Empty when it would reach past the end: this and
/// store_be are the only places where packet bytes become numbers.
template <typename T>
constexpr std::optional<T> load_be(BytesView bytes, std::size_t offset) noexcept {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>((value << 8) | bytes[offset + i]);
  return value;
}

/// Writes `value` in network byte order; false, and nothing written, when it would reach past the end.
template <typename T>
constexpr bool store_be(MutableBytes bytes, std::size_t offset, T value) noexcept {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return false;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes[offset + i] = static_cast<std::uint8_t>(value >> (8 * (sizeof(T) - 1 - i)));
  return true;
}

/// Copies N bytes out of a packet; empty when it would reach past the end.
template <std::size_t N>
constexpr std::optional<std::array<std::uint8_t, N>> load_array(BytesView bytes,
                                                                std::size_t offset) noexcept {
  if (offset > bytes.size() || bytes.size() - offset < N) return std::nullopt;
  std::array<std::uint8_t, N> out{};
  for (std::size_t i = 0; i < N; ++i) out[i] = bytes[offset + i];
  return out;
}

}  // namespace vxtap
