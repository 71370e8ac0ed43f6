#pragma once

#include <string_view>

namespace vxtap::control {

/// The version this program was built as, e.g. "0.1.0".
std::string_view version() noexcept;

}  // namespace vxtap::control
