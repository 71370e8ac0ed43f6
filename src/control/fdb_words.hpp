#pragma once

#include <optional>
#include <string_view>

#include "vxtap/fdb.hpp"

/// How the FDB's states and origins are written, on the socket and on the command line.
namespace vxtap::control {

std::string_view word(FdbState state) noexcept;
std::string_view word(FdbOrigin origin) noexcept;

/// Empty for a word that names no state.
std::optional<FdbState> parse_fdb_state(std::string_view word) noexcept;

}  // namespace vxtap::control
