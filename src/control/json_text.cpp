#include "control/json_text.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <string_view>

#include "core/utf8.hpp"

namespace vxtap::control {
namespace {

void append_double(std::string& out, double number) {
  // Parsed from 1e999 or 0e999: JSON has no word for these (RFC 8259 section 6).
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

/// Arguments and the names of files and interfaces may be any bytes; JSON is UTF-8 (RFC 8259 8.1).
void append(std::string& out, std::string_view text) {
  out += json::serialize(json::string_view(valid_utf8(text)));
}

void append(std::string& out, const json::value& value);

void append(std::string& out, const json::array& array) {
  out += '[';
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (i != 0) out += ',';
    append(out, array[i]);
  }
  out += ']';
}

void append(std::string& out, const json::object& object) {
  out += '{';
  bool first = true;
  for (const auto& member : object) {
    if (!first) out += ',';
    first = false;
    append(out, std::string_view(member.key()));
    out += ':';
    append(out, member.value());
  }
  out += '}';
}

void append(std::string& out, const json::value& value) {
  if (value.is_object()) {
    append(out, value.get_object());
  } else if (value.is_array()) {
    append(out, value.get_array());
  } else if (value.is_double()) {
    append_double(out, value.get_double());
  } else if (value.is_string()) {
    append(out, std::string_view(value.get_string()));
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string to_text(const json::value& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace vxtap::control
