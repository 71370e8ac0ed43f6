#pragma once

#include "support/printing.hpp"
#include "support/values.hpp"
#include "vxtap/neighbours.hpp"

namespace vxtap::test {

inline const VtepAddress kBoundIp = VtepAddress::from_v4({10, 100, 0, 2});
inline const MacAddress kBoundMac = mac("02:00:00:00:01:02");
inline const MacAddress kOtherMac = mac("02:00:00:00:01:03");
inline constexpr Tick kBoundAt = 1000;

inline NeighbourClaim claim(const VtepAddress& ip, const MacAddress& at,
                            NeighbourRole role = NeighbourRole::kUnknown) {
  return {.binding = {ip, at}, .role = role};
}

/// An address out of 10.0.0.0/16.
inline VtepAddress numbered(std::uint64_t number) {
  return VtepAddress::from_v4(
      {10, 0, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)});
}

}  // namespace vxtap::test
