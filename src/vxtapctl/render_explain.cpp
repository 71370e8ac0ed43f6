#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "control/hex.hpp"
#include "ctl/fields.hpp"
#include "ctl/render.hpp"
#include "ctl/render_copies.hpp"
#include "ctl/table.hpp"
#include "inspect/dissect.hpp"
#include "vxtap/drop_reason.hpp"

namespace vxtap::ctl {
namespace {

Tone tone_of_verdict(const std::string& verdict) {
  return verdict == "dropped" ? Tone::kBad : Tone::kGood;
}

/// What the drop reason means, as `vxtapctl drops` has it.
std::string meaning_of(const std::string& reason) {
  for (const auto& known : kDropReasons)
    if (known.name == reason) return std::string(known.meaning);
  return {};
}

std::string head(const json::value& document, const Style& style) {
  const auto verdict = text(document, "verdict");
  const auto& reason = field(document, "reason");
  const auto& segment = field(document, "segment");
  std::string out = style.paint(tone_of_verdict(verdict), verdict);
  if (reason.is_string()) out += ": " + style.paint(Tone::kHeading, json::value_to<std::string>(reason));
  out += '\n';
  if (reason.is_string())
    for (const auto& line : wrap(meaning_of(json::value_to<std::string>(reason)), kScreenWidth - 2))
      out += "  " + line + '\n';
  if (segment.is_object())
    out += "  segment " + text(segment, "name") + ", VNI " + count_text(segment, "vni") + ", TAP " +
           text(segment, "tap") + '\n';
  return out;
}

/// What has to be known besides the verdict.
std::string notes(const json::value& document, const Style& style) {
  std::string out;
  const auto* told = document.as_object().if_contains("notes");
  if (told == nullptr) return out;
  for (const auto& note : told->as_array()) {
    std::string lead = "  " + style.paint(Tone::kBad, "note") + "  ";
    for (const auto& line : wrap(json::value_to<std::string>(note), kScreenWidth - sizeof("  note  ") + 1)) {
      out += lead + line + '\n';
      lead.assign(sizeof("  note  ") - 1, ' ');
    }
  }
  return out;
}

/// Who else may have a say: it is not known here.
std::string not_asked(const json::value& document) {
  if (text(document, "verdict") == "dropped" || text(document, "verdict") == "answered") return {};
  return "\nnot asked: firewalls (nftables, iptables) and traffic control of this host\n";
}

Cell mark(const std::string& result) {
  if (result == "pass") return {"ok", Tone::kGood};
  if (result == "drop") return {"DROP", Tone::kBad};
  return {"-", Tone::kFaint};
}

/// Defaults are told where they decide.
std::string written_place(const json::value& step) {
  const auto& where = field(step, "where");
  if (!where.is_string()) return {};
  auto place = json::value_to<std::string>(where);
  return place.ends_with("(default)") && text(step, "result") != "drop" ? "" : place;
}

std::string steps(const json::value& document, const Style& style) {
  constexpr std::size_t kWidth = kScreenWidth - sizeof("  12  DROP  storm_control  ") + 1;
  Table table({{"", Align::kRight}, {}, {}, {}});
  std::size_t number = 0;
  for (const auto& step : field(document, "steps").as_array()) {
    std::vector<Cell> lead{{std::to_string(++number)}, mark(text(step, "result")), {text(step, "step")}};
    const auto add = [&](std::string line, Tone tone) {
      lead.push_back({std::move(line), tone});
      table.add(std::exchange(lead, std::vector<Cell>(3)));
    };
    for (auto& line : wrap(text(step, "why"), kWidth)) add(std::move(line), Tone::kPlain);
    if (const auto where = written_place(step); !where.empty()) add(where, Tone::kFaint);
  }
  return table.print(style, "  ");
}

std::string frame(const std::string& title, const std::string& hex, const Style& style) {
  const auto bytes = control::from_hex(hex);
  if (!bytes || bytes->empty()) return {};
  constexpr std::size_t kWidth = kScreenWidth - sizeof("  1000-1014  Ethernet  ") + 1;
  std::string out =
      '\n' + style.paint(Tone::kHeading, title) + "  " + std::to_string(bytes->size()) + " bytes\n";
  Table table({{}, {}, {}});
  for (const auto& layer : inspect::dissect(*bytes)) {
    std::string place = std::to_string(layer.offset) + "-" + std::to_string(layer.offset + layer.size - 1);
    std::string name = layer.name;
    for (auto& line : wrap(layer.summary, kWidth))
      table.add({{std::exchange(place, "")}, {std::exchange(name, "")}, {std::move(line)}});
  }
  return out + table.print(style, "  ");
}

/// Lines under a heading, each begun with `bullet`.
std::string listed(const std::string& title, const std::vector<std::string>& entries, const Style& style) {
  if (entries.empty()) return {};
  std::string out = '\n' + style.paint(Tone::kHeading, title) + '\n';
  for (const auto& entry : entries) {
    std::string lead = entries.size() > 1 ? "  * " : "  ";
    for (const auto& line : wrap(entry, kScreenWidth - 4)) {
      out += lead + line + '\n';
      lead.assign(lead.size(), ' ');
    }
  }
  return out;
}

}  // namespace

std::string render_explain(const json::value& document, const Style& style) {
  std::string out = head(document, style) + notes(document, style) + '\n' + steps(document, style);
  out += render_copies(field(document, "remotes"), style);
  const bool delivered = text(document, "verdict") == "delivered";
  out +=
      frame(delivered ? "the frame as it is delivered" : "the inner frame", text(document, "inner"), style);
  if (const auto& answer = field(document, "answer"); answer.is_string())
    out += frame("the answer to the host", json::value_to<std::string>(answer), style);
  if (const auto& decided = field(document, "decided_by"); decided.is_string())
    out += listed("decided by", {json::value_to<std::string>(decided)}, style);
  return out +
         listed("to change it", json::value_to<std::vector<std::string>>(field(document, "change")), style) +
         not_asked(document);
}

}  // namespace vxtap::ctl
