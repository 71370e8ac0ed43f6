#include "config/text_check.hpp"

#include <cstdio>

#include "core/utf8.hpp"

namespace vxtap::config {
namespace {

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
