#include "config/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace vxtap::config {
namespace {

std::string kind_in_words(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "has no value";
    case Node::Kind::kScalar:
      return (node.quoted ? "is the quoted text " : "is the single value ") + quote(node.text);
    case Node::Kind::kList:
      return "is a list";
    case Node::Kind::kMap:
      return "is a map";
  }
  return {};
}

struct Unit {
  std::string_view name;
  std::chrono::microseconds length;
};
constexpr std::array<Unit, 5> kUnits = {{{"us", std::chrono::microseconds(1)},
                                         {"ms", std::chrono::milliseconds(1)},
                                         {"s", std::chrono::seconds(1)},
                                         {"m", std::chrono::minutes(1)},
                                         {"h", std::chrono::hours(1)}}};

std::string in_words(std::chrono::microseconds duration) {
  std::string text;
  for (const Unit& unit : kUnits)
    if (duration.count() % unit.length.count() == 0)
      text = std::to_string(duration / unit.length) + std::string(unit.name);
  return text;
}

std::optional<bool> boolean_of(const Node& node) {
  if (node.kind != Node::Kind::kScalar || node.quoted) return std::nullopt;
  for (const auto word : {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"})
    if (node.text == word) return true;
  for (const auto word : {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"})
    if (node.text == word) return false;
  return std::nullopt;
}

}  // namespace

Value Value::child(const Node& node, std::string_view key) const {
  std::string path = path_;
  if (!path.empty() && !key.starts_with('[')) path += '.';
  return Value(*reporter_, node, path.append(key));
}

Value Value::element(std::size_t index) const {
  return child(*node_->items[index], join({"[", std::to_string(index), "]"}));
}

void Value::fail_type(std::string_view expected) const {
  const std::string subject = path_.empty() ? "the file" : path_;
  reporter_->error(position(), subject + " " + kind_in_words(*node_) + "; write " + std::string(expected));
}

std::optional<std::string> read_text(const Value& value, std::string_view expected) {
  if (value.node().kind == Node::Kind::kScalar) return value.node().text;
  value.fail_type(expected);
  return std::nullopt;
}

std::optional<std::uint64_t> decimal_of(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  for (const char c : text)
    if (c < '0' || c > '9') return std::nullopt;
  std::uint64_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) return UINT64_MAX;
  return number;
}

std::optional<std::uint64_t> hexadecimal_of(std::string_view text) {
  if (!text.starts_with("0x") || text.size() == 2) return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + 2, end, number, 16);
  return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(number) : std::nullopt;
}

std::optional<std::uint64_t> read_number(const Value& value, Range range, std::string_view words) {
  std::string expected =
      "a number from " + std::to_string(range.lowest) + " to " + std::to_string(range.highest);
  if (!words.empty()) expected = std::string(words) + " or " + expected;
  const Node& node = value.node();
  if (node.kind != Node::Kind::kScalar || node.quoted) {
    value.fail_type(expected);
    return std::nullopt;
  }
  const bool negative = node.text.starts_with('-');
  const auto number = decimal_of(std::string_view(node.text).substr(negative ? 1 : 0));
  if (!number) {
    value.fail(quote(node.text) + " is no decimal number; write " + expected);
  } else if (negative || *number < range.lowest || *number > range.highest) {
    value.fail(node.text + " is out of range; write " + expected);
  } else {
    return number;
  }
  return std::nullopt;
}

std::optional<Range> read_range(const Value& value, Range limits, std::string_view example) {
  const std::string expected = join({"a number from ", std::to_string(limits.lowest), " to ",
                                     std::to_string(limits.highest), ", or a range such as ", example});
  const auto text = read_text(value, expected);
  if (!text) return std::nullopt;
  const auto dash = text->find('-', 1);
  const auto first = decimal_of(std::string_view(*text).substr(0, dash));
  const auto last = dash == std::string::npos ? first : decimal_of(std::string_view(*text).substr(dash + 1));
  if (!first || !last) {
    value.fail(quote(*text) + " is neither a decimal number nor a range; write " + expected);
  } else if (std::min(*first, *last) < limits.lowest || std::max(*first, *last) > limits.highest) {
    value.fail(quote(*text) + " is out of range; write " + expected);
  } else if (*first > *last) {
    value.fail(
        join({quote(*text), " is reversed; write ", std::to_string(*last), "-", std::to_string(*first)}));
  } else {
    return Range{*first, *last};
  }
  return std::nullopt;
}

std::optional<bool> read_boolean(const Value& value) {
  const auto boolean = boolean_of(value.node());
  if (boolean) return boolean;
  if (value.node().kind != Node::Kind::kScalar || value.node().quoted) {
    value.fail_type("true or false");
  } else {
    value.fail(quote(value.node().text) + " is neither true nor false; write one of them");
  }
  return std::nullopt;
}

std::optional<std::chrono::microseconds> read_duration(const Value& value,
                                                       std::chrono::microseconds highest) {
  const auto text = read_text(value, "a duration such as 500ms, 30s, 5m or 1h");
  if (!text) return std::nullopt;
  const auto digits = std::min(text->find_first_not_of("0123456789"), text->size());
  const auto amount = decimal_of(std::string_view(*text).substr(0, digits));
  const auto name = std::string_view(*text).substr(digits);
  if (amount && name.empty()) {
    if (*amount == 0) return std::chrono::microseconds(0);
    value.fail(quote(*text) + " has no unit; write " + *text + "s for seconds, or use us, ms, m or h");
    return std::nullopt;
  }
  for (const Unit& unit : kUnits) {
    if (!amount || name != unit.name) continue;
    if (*amount <= static_cast<std::uint64_t>(highest / unit.length))
      return static_cast<std::int64_t>(*amount) * unit.length;
    value.fail(*text + " is out of range; write at most " + in_words(highest));
    return std::nullopt;
  }
  value.fail(quote(*text) + " is no duration; write one such as 500ms, 30s, 5m or 1h");
  return std::nullopt;
}

bool require_list(const Value& value, std::string_view expected) {
  if (value.node().kind == Node::Kind::kList) return true;
  value.fail_type(expected);
  return false;
}

bool is_word(const Node& node, std::string_view word) {
  return node.kind == Node::Kind::kScalar && node.text == word;
}

}  // namespace vxtap::config
