#include "control/fdb_words.hpp"

#include <array>

namespace vxtap::control {
namespace {

// Indexed by the enumerators.
constexpr std::array<std::string_view, 3> kStates{"reachable", "static", "permanent"};
constexpr std::array<std::string_view, 3> kOrigins{"learned", "control", "config"};

}  // namespace

std::string_view word(FdbState state) noexcept {
  return kStates[static_cast<std::size_t>(state)];
}
std::string_view word(FdbOrigin origin) noexcept {
  return kOrigins[static_cast<std::size_t>(origin)];
}

std::optional<FdbState> parse_fdb_state(std::string_view word) noexcept {
  for (std::size_t i = 0; i < kStates.size(); ++i)
    if (kStates[i] == word) return static_cast<FdbState>(i);
  return std::nullopt;
}

}  // namespace vxtap::control
