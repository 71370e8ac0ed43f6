#pragma once

#include <optional>
#include <string_view>

#include "config/yaml_tree.hpp"

namespace vxtap::config {

/// Refuses what must not reach yaml-cpp: text that is too large, that is no UTF-8, or that holds control
/// characters (it takes 0x04 for the end of the file and would silently ignore the rest).
std::optional<TreeError> check_text(std::string_view text);

}  // namespace vxtap::config
