#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vxtap {

/// Bytes of the UTF-8 character (RFC 3629 section 4) that `text` begins with; 0 when it is none.
std::size_t utf8_length(std::string_view text) noexcept;

/// The text with U+FFFD in the place of each byte that is none.
std::string valid_utf8(std::string_view text);

}  // namespace vxtap
