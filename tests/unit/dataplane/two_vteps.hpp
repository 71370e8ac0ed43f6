#pragma once

#include "lab.hpp"

namespace vxtap::test {

inline constexpr auto kLeft = "192.0.2.1", kRight = "192.0.2.2", kThird = "192.0.2.3";
inline const MacAddress kAlice = mac("02:00:00:00:00:0a");
inline const MacAddress kBob = mac("02:00:00:00:00:0b");

/// Left and right, each the other's only peer, with alice and bob behind them.
struct TwoVteps : Lab {
  Vtep& left = vtep(kLeft, {.flood_to = {kRight}});
  Vtep& right = vtep(kRight, {.flood_to = {kLeft}});
  Host alice{kAlice, left.tap()};
  Host bob{kBob, right.tap()};
};

}  // namespace vxtap::test
