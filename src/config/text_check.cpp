#include "config/text_check.hpp"

#include <cstdio>

namespace vxtap::config {
namespace {

/// Bytes of the UTF-8 character (RFC 3629 section 4) that `text` begins with; 0 when it is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    return !overlong && !surrogate && continues(1) && continues(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool too_large = first == 0xF4 && byte(1) >= 0x90;
    return !overlong && !too_large && continues(1) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

bool is_forbidden_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

std::string hex_byte(char c) {
  char text[8];
  std::snprintf(text, sizeof text, "0x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

std::optional<TreeError> check_text(std::string_view text) {
  if (text.size() > kMaxFileBytes)
    return TreeError{{1, 1}, "the file is larger than 16 MiB; a configuration is text of a few MiB at most"};
  Position position{1, 1};
  std::size_t flow_indicators = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const std::size_t length = utf8_length(text.substr(i, 4));
    if (length == 0)
      return TreeError{position, "byte " + hex_byte(c) + " is no UTF-8 text; save the file as UTF-8"};
    if (is_forbidden_control(c))
      return TreeError{position, "control character " + hex_byte(c) + " in the file; remove it"};
    if ((c == '[' || c == '{' || c == ',') && ++flow_indicators > kMaxFlowIndicators)
      return TreeError{position,
                       "the file holds more than a million of '[', '{' and ','; write lists as blocks"};
    i += length;
    ++position.column;
    if (c == '\n') position = {position.line + 1, 1};
  }
  return std::nullopt;
}

}  // namespace vxtap::config
