#pragma once

#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace vxtap::control {

namespace json = boost::json;

/// JSON on one line, members in the order they were added. Unlike json::serialize it writes 12.3 as `12.3`,
/// not as `1.23E1`, and a whole floating-point number with `.0`, so that a reader sees one type; what is
/// infinite or no number is null. Recurses as deep as the value does.
std::string to_text(const json::value& value);

/// A JSON document that was written already.
struct JsonText {
  std::string text;
};

/// Boost.JSON has a string_view of its own.
inline json::string to_json(std::string_view text) {
  return json::string(text.data(), text.size());
}

}  // namespace vxtap::control
