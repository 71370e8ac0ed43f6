// What path-mtu and doctor found, for people.
#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "ctl/fields.hpp"
#include "ctl/render.hpp"
#include "ctl/table.hpp"
#include "inspect/words.hpp"

namespace vxtap::ctl {
namespace {

using inspect::counted;

constexpr std::size_t kWidth = 80;

/// Broken into lines that begin with `indent`.
std::string indented(const std::string& text, const std::string& indent) {
  std::string out;
  for (const auto& line : wrap(text, kWidth - indent.size())) out += indent + line + '\n';
  return out;
}

std::string number_or_none(const json::value& document, std::string_view name) {
  return field(document, name).is_null() ? "none" : count_text(document, name);
}

Tone tone_of_result(const std::string& result) {
  if (result == "ok") return Tone::kGood;
  return result == "hint" ? Tone::kHeading : Tone::kBad;
}

/// "error    route  remote 192.0.2.2:4789", and below it what was seen and what mends it.
std::string finding(const json::value& check, const Style& style) {
  const auto result = text(check, "result");
  const auto object = text(check, "object");
  std::string out = style.paint(tone_of_result(result), result) + std::string(9 - result.size(), ' ') +
                    text(check, "check") + (object.empty() ? "" : "  " + object) + '\n';
  out += indented(text(check, "seen"), "         ");
  if (!field(check, "mend").is_null()) out += indented("-> " + text(check, "mend"), "         ");
  return out;
}

std::string of_kind(const json::value& document, std::string_view result, const Style& style) {
  std::string out;
  for (const auto& check : field(document, "checks").as_array())
    if (text(check, "result") == result) out += finding(check, style);
  return out;
}

std::string summary(const json::value& document) {
  const auto errors = count(document, "errors");
  const auto warnings = count(document, "warnings");
  const auto hints = count(document, "hints");
  const auto checks = field(document, "checks").as_array().size();
  if (errors + warnings + hints == 0) return "no findings; " + counted(checks, "check") + "\n";
  return counted(errors, "error") + ", " + counted(warnings, "warning") + ", " + counted(hints, "hint") +
         "; " + std::to_string(checks - errors - warnings - hints) + " of " + counted(checks, "check") +
         " ok\n";
}

}  // namespace

std::string render_path_mtu(const json::value& document, const Style& style) {
  const bool verified = field(document, "verified").as_bool();
  const auto inner = number_or_none(document, "inner_mtu");
  const auto local = text(document, "local");
  Table table({{}, {}});
  table.add({{"remote"}, {text(document, "remote") + "  from " + local}});
  table.add({{"path mtu"},
             {number_or_none(document, "path_mtu") +
                  (verified ? "  by " + text(document, "method") : "  unverified") + ", the route says " +
                  number_or_none(document, "route_mtu"),
              verified ? Tone::kPlain : Tone::kBad}});
  table.add({{"inner mtu"}, {inner}});
  for (const auto& tap : field(document, "taps").as_array()) {
    const auto own = text(tap, "name") + "  mtu " + count_text(tap, "mtu");
    const auto& fits = field(tap, "fits");
    if (fits.is_null())
      table.add({{"tap"}, {own + "  nothing is known"}});
    else
      table.add(
          {{"tap"},
           {own + (fits.as_bool() ? "  fits" : "  too large"), fits.as_bool() ? Tone::kGood : Tone::kBad}});
  }
  return table.print(style) + indented("-> " + text(document, "advice"), "");
}

std::string render_doctor(const json::value& document, const Style& style, bool all) {
  std::string out;
  for (const auto* result : {"error", "warning", "hint"}) out += of_kind(document, result, style);
  if (all) out += of_kind(document, "ok", style);
  return out + summary(document);
}

}  // namespace vxtap::ctl
