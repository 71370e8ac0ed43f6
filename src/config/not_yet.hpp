#pragma once

#include <string_view>

#include "config/value.hpp"

namespace vxtap::config {

/// Refuses a valid value of a key whose function does not exist, unless it asks for what is done anyway.
/// `section` and `key` are spelled as in known_keys().
void refuse_not_yet(std::string_view section, std::string_view key, const Value& value);

}  // namespace vxtap::config
