#include "ctl/styled_text.hpp"

#include <algorithm>

namespace vxtap::ctl {
namespace {

/// Of UTF-8: whether the byte is the first, or only one, of a character.
bool begins_character(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

}  // namespace

std::size_t width_of(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::size_t width_of(const Line& line) noexcept {
  std::size_t width = 0;
  for (const auto& span : line) width += width_of(span.text);
  return width;
}

std::string cut(std::string_view text, std::size_t width) {
  std::size_t end = 0;
  for (; end < text.size(); ++end)
    if (begins_character(text[end]) && width-- == 0) break;
  return std::string(text.substr(0, end));
}

Line cut(const Line& line, std::size_t width) {
  Line out;
  for (const auto& span : line) {
    if (width == 0) break;
    out.push_back({cut(span.text, width), span.tone});
    width -= width_of(out.back().text);
  }
  return out;
}

std::string fitted(std::string_view text, std::size_t width, bool right) {
  auto out = cut(text, width);
  const std::string fill(width - width_of(out), ' ');
  return right ? fill + out : out + fill;
}

Line fitted(const Line& line, std::size_t width) {
  auto out = cut(line, width);
  if (const auto used = width_of(out); used < width) out.push_back({std::string(width - used, ' ')});
  return out;
}

std::string plain(const Line& line) {
  std::string out;
  for (const auto& span : line) out += span.text;
  return out;
}

std::string paint(const Line& line, const Style& style) {
  std::string out;
  for (const auto& span : line) out += style.paint(span.tone, span.text);
  return out;
}

}  // namespace vxtap::ctl
