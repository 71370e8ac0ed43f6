#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace vxtap::lab {

/// A number from the environment.
inline std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::stoull(value);
}

}  // namespace vxtap::lab
