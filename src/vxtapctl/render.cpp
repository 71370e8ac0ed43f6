#include "ctl/render.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "ctl/destination.hpp"
#include "ctl/fields.hpp"
#include "ctl/number_text.hpp"
#include "ctl/table.hpp"

namespace vxtap::ctl {
namespace {

std::string heading(const json::value& segment, const Style& style) {
  return style.paint(Tone::kHeading, "VNI " + count_text(segment, "vni") + "  " + text(segment, "name")) +
         '\n';
}

Cell state_cell(const std::string& state) {
  return {state, state == "UP" ? Tone::kGood : Tone::kBad};
}

std::string destinations(const json::value& segment) {
  if (segment.as_object().contains("group")) {
    const auto& group = field(segment, "group");
    return group.is_null() ? "none" : text(segment, "group");
  }
  std::string list;
  for (const auto& remote : field(segment, "remotes").as_array())
    list += (list.empty() ? "" : " ") + json::value_to<std::string>(remote);
  return list.empty() ? "none" : list;
}

std::string traffic(const json::value& segment, std::string_view direction) {
  const auto& counts = field(segment, direction);
  return count_text(counts, "packets") + " packets  " + bytes_text(count(counts, "bytes"));
}

/// The name, and the value on as many lines as it needs.
void add_wrapped(Table& table, const std::string& name, const std::string& value) {
  constexpr std::size_t kIndent = 11;
  bool first = true;
  for (auto& line : wrap(value, kScreenWidth - kIndent)) {
    table.add({{first ? name : ""}, {std::move(line)}});
    first = false;
  }
}

std::string show_one(const json::value& segment, const Style& style) {
  Table table({{}, {}});
  const auto state = text(segment, "operstate");
  table.add({{"tap"},
             {text(segment, "ifname") + "  " + style.paint(state_cell(state).tone, state) + "  mtu " +
              count_text(segment, "mtu") + "  " + text(segment, "address")}});
  if (segment.as_object().contains("vlan")) table.add({{"vlan"}, {count_text(segment, "vlan")}});
  const auto* device = segment.as_object().if_contains("device");
  table.add({{"local"},
             {with_port(text(segment, "local"), count(segment, "port")) +
              (device != nullptr ? "  dev " + text(segment, "device") : "")}});
  table.add({{"mode"}, {text(segment, "mode")}});
  add_wrapped(table, segment.as_object().contains("group") ? "group" : "remotes", destinations(segment));
  const auto& fdb = field(segment, "fdb");
  table.add({{"fdb"}, {count_text(fdb, "entries") + " of " + count_text(fdb, "limit") + " entries"}});
  table.add({{"tx"}, {traffic(segment, "tx")}});
  table.add({{"rx"}, {traffic(segment, "rx")}});
  const auto drops = count(segment, "drops");
  table.add({{"drops"}, {std::to_string(drops), drops != 0 ? Tone::kBad : Tone::kPlain}});
  if (const auto lost = count(segment, "tap_kernel_drops"); lost != 0)
    table.add({{"overrun"}, {std::to_string(lost) + " frames found the TAP's queue full", Tone::kBad}});
  return heading(segment, style) + table.print(style, "  ");
}

/// Those that not every entry has.
std::string flags(const json::value& entry) {
  std::string list;
  for (const auto& flag : field(entry, "flags").as_array())
    if (flag != "self") list += (list.empty() ? "" : " ") + json::value_to<std::string>(flag);
  return list;
}

/// Of a column that shows this member, its title included.
std::size_t widest(const json::value& rows, std::string_view name) {
  auto width = name.size();
  for (const auto& row : rows.as_array()) {
    const auto& value = field(row, name);
    width = std::max(width, value.is_string() ? text(row, name).size() : count_text(row, name).size());
  }
  return width;
}

}  // namespace

std::string render_show(const json::value& document, const Style& style) {
  std::string out;
  for (const auto& segment : document.as_array()) out += (out.empty() ? "" : "\n") + show_one(segment, style);
  return out.empty() ? "no segments\n" : out;
}

std::string render_fdb(const json::value& document, const Style& style) {
  const auto& entries = document.as_array();
  const bool flagged = std::any_of(entries.begin(), entries.end(),
                                   [](const json::value& entry) { return !flags(entry).empty(); });
  std::vector<Column> columns{{"MAC"},    {"VNI", Align::kRight}, {"SEGMENT"}, {"DST"}, {"STATE"},
                              {"ORIGIN"}, {"AGE", Align::kRight}};
  if (flagged) columns.push_back({"FLAGS"});
  Table table(std::move(columns));
  for (const auto& entry : entries) {
    const bool ages = text(entry, "state") == "reachable";
    std::vector<Cell> row{{text(entry, "mac")},
                          {count_text(entry, "vni")},
                          {text(entry, "segment")},
                          {destination(entry)},
                          {text(entry, "state")},
                          {text(entry, "origin")},
                          {ages ? age_text(field(entry, "age").to_number<double>()) : "-"}};
    if (flagged) row.push_back({flags(entry)});
    table.add(std::move(row));
  }
  return entries.empty() ? "no entries\n" : table.print(style);
}

std::string render_flushed(const json::value& document, const Style&) {
  const auto flushed = count(document, "flushed");
  return "flushed " + std::to_string(flushed) + (flushed == 1 ? " entry\n" : " entries\n");
}

std::string render_mdb(const json::value& document, const Style& style) {
  Table table(
      {{"GROUP"}, {"VNI", Align::kRight}, {"SEGMENT"}, {"DST"}, {"STATE"}, {"EXPIRES", Align::kRight}});
  for (const auto& member : document.as_array()) {
    const bool expires = text(member, "state") == "temp";
    table.add({{text(member, "grp")},
               {count_text(member, "vni")},
               {text(member, "segment")},
               {destination(member)},
               {text(member, "state")},
               {expires ? age_text(field(member, "timer").to_number<double>()) : "-"}});
  }
  return document.as_array().empty() ? "no groups\n" : table.print(style);
}

std::string render_drops(const json::value& document, const Style& style) {
  const auto text_width =
      kScreenWidth - widest(document, "count") - widest(document, "reason") - 4;  // two gaps
  Table table({{"COUNT", Align::kRight}, {"REASON"}, {"MEANING, AND WHAT USUALLY MENDS IT"}});
  for (const auto& reason : document.as_array()) {
    const auto tone = count(reason, "count") != 0 ? Tone::kBad : Tone::kPlain;
    std::vector<Cell> row{{count_text(reason, "count"), tone}, {text(reason, "reason"), tone}, {}};
    for (auto& line : wrap(text(reason, "meaning"), text_width)) {
      row[2] = {std::move(line)};
      table.add(std::exchange(row, {{}, {}, {}}));
    }
    for (auto& line : wrap("-> " + text(reason, "mend"), text_width))
      table.add({{}, {}, {std::move(line), Tone::kFaint}});
  }
  return table.print(style);
}

std::string render_outcome(const json::value& document, const Style&) {
  std::string out;
  for (const auto& message : field(document, "messages").as_array())
    out += json::value_to<std::string>(message) + '\n';
  return out.empty() ? "done\n" : out;
}

}  // namespace vxtap::ctl
