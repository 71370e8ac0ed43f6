#pragma once

#include <compare>
#include <cstdint>
#include <optional>

namespace vxtap {

/// VXLAN network identifier: 24 bits, host byte order (RFC 7348 section 5).
class Vni {
 public:
  static constexpr std::uint32_t kMax = 0xFFFFFF;

  constexpr Vni() = default;

  static constexpr std::optional<Vni> from(std::uint64_t value) noexcept {
    if (value > kMax) return std::nullopt;
    return Vni(static_cast<std::uint32_t>(value));
  }

  constexpr std::uint32_t value() const noexcept { return value_; }
  auto operator<=>(const Vni&) const = default;

 private:
  explicit constexpr Vni(std::uint32_t value) noexcept : value_(value) {}

  std::uint32_t value_ = 0;
};

}  // namespace vxtap
