#include "ctl/rates.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <map>
#include <string>
#include <string_view>

#include "control/json_text.hpp"

namespace vxtap::ctl {
namespace {

constexpr std::array<std::string_view, 4> kNames{"vni", "name", "tap", "reason"};
constexpr std::string_view kGauge = "entries";

bool names_row(std::string_view key) {
  return std::find(kNames.begin(), kNames.end(), key) != kNames.end();
}
bool counts(const json::key_value_pair& member) {
  const std::string_view key = member.key();
  return !names_row(key) && key != kGauge && !member.value().is_string();
}

std::string identity(const json::object& row) {
  std::string out;
  for (const auto name : kNames)
    if (const auto* value = row.if_contains(json::string_view(name.data(), name.size())))
      out += control::to_text(*value) + ' ';
  return out;
}

/// Rows by what names them; of several that are named alike the first.
using Rows = std::map<std::string, const json::value*>;
Rows rows_of(const json::array& array) {
  Rows rows;
  for (const auto& row : array) rows.emplace(identity(row.as_object()), &row);
  return rows;
}

bool went_backwards(const json::value& before, const json::value& now) {
  if (now.is_number() && before.is_number()) return now.to_number<double>() < before.to_number<double>();
  if (!now.is_object() || !before.is_object()) return false;
  for (const auto& member : now.as_object()) {
    const auto* old = before.as_object().if_contains(member.key());
    if (counts(member) && old != nullptr && went_backwards(*old, member.value())) return true;
  }
  return false;
}

json::value rate(const json::value* before, const json::value& now, double seconds);

json::array row_rates(const json::value* before, const json::array& now, double seconds) {
  const auto old = before != nullptr && before->is_array() ? rows_of(before->get_array()) : Rows{};
  json::array out;
  out.reserve(now.size());
  for (const auto& row : now) {
    const auto found = old.find(identity(row.as_object()));
    const auto* same = found == old.end() || went_backwards(*found->second, row) ? nullptr : found->second;
    out.push_back(rate(same, row, seconds));
  }
  return out;
}

json::object member_rates(const json::value* before, const json::object& now, double seconds) {
  json::object out;
  for (const auto& member : now) {
    if (names_row(member.key())) out.emplace(member.key(), member.value());
    if (!counts(member)) continue;
    const auto* old =
        before != nullptr && before->is_object() ? before->get_object().if_contains(member.key()) : nullptr;
    const bool bytes = member.key() == "bytes";
    auto one = rate(old, member.value(), bytes ? seconds / 8 : seconds);
    out.emplace(bytes ? json::string_view("bits") : member.key(), std::move(one));
  }
  return out;
}

/// `before` null: not known.
json::value rate(const json::value* before, const json::value& now, double seconds) {
  if (now.is_array()) return row_rates(before, now.get_array(), seconds);
  if (now.is_object()) return member_rates(before, now.get_object(), seconds);
  if (before == nullptr || !before->is_number() || !now.is_number()) return nullptr;
  const double grown = now.to_number<double>() - before->to_number<double>();
  return grown < 0 || seconds <= 0 ? json::value(nullptr) : std::round(grown / seconds * 1000) / 1000;
}

}  // namespace

json::value rates_of(const json::value& before, const json::value& now, double seconds) {
  return rate(&before, now, seconds);
}

}  // namespace vxtap::ctl
