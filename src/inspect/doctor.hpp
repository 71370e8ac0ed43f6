#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/doctor_facts.hpp"

namespace vxtap::inspect {

enum class Severity : std::uint8_t { kOk, kHint, kWarning, kError };
/// "ok", "hint", "warning" or "error".
std::string_view word(Severity severity) noexcept;

/// What a check says of one object.
struct Finding {
  Severity severity = Severity::kOk;
  std::string object = {};  ///< "tap vx42"; empty: there is nothing of the kind
  std::string seen = {};
  std::string mend = {};  ///< what to type or to change; empty when ok
  std::string_view check = {};
};

/// All checks over all objects, in the order in which packets meet what they look at. Each check says
/// something, be it that there was nothing to look at.
std::vector<Finding> examine(const Facts& facts);

}  // namespace vxtap::inspect
