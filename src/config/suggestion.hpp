#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace vxtap::config {

/// The word of `known` that `word` most likely stands for: the fewest typing errors (a letter wrong, missing,
/// too many, or two swapped), and at most a third of its letters. Empty when none is near.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace vxtap::config
