#pragma once

// Catch2 2.13 and 3.x under one include.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
/// v3's names of what is used here.
namespace Catch {
inline auto getSeed() {
  return rngSeed();
}
namespace Matchers {
inline auto ContainsSubstring(const std::string& text) {
  return Contains(text);
}
}  // namespace Matchers
}  // namespace Catch
#endif
