#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <initializer_list>

#include "ctl/fields.hpp"
#include "ctl/render.hpp"
#include "ctl/table.hpp"

namespace vxtap::ctl {
namespace {

std::string title(const std::string& words, const Style& style) {
  return style.paint(Tone::kHeading, words) + '\n';
}

std::string traffic_table(const json::value& segment, const Style& style) {
  Table table({{""}, {"PACKETS", Align::kRight}, {"BYTES", Align::kRight}});
  for (const std::string direction : {"tx", "rx"}) {
    const auto& counts = field(segment, direction);
    table.add({{direction}, {count_text(counts, "packets")}, {count_text(counts, "bytes")}});
  }
  return table.print(style, "  ");
}

void add_counts(Table& table, const json::value& object, std::initializer_list<std::string> names,
                const std::string& prefix = "") {
  for (const auto& name : names) table.add({{prefix + name}, {count_text(object, name)}});
}

/// Reasons that counted something; all zero is one word.
void add_drops(Table& table, const json::value& drops) {
  bool any = false;
  for (const auto& member : drops.as_object()) {
    const auto number = member.value().to_number<std::uint64_t>();
    if (number == 0) continue;
    table.add({{"drop " + std::string(member.key())}, {std::to_string(number), Tone::kBad}});
    any = true;
  }
  if (!any) table.add({{"drops"}, {"none"}});
}

Table counter_table() {
  return Table({{}, {"", Align::kRight}});
}

std::string stats_one(const json::value& segment, const Style& style) {
  auto out =
      title("VNI " + count_text(segment, "vni") + "  " + text(segment, "name") + "  " + text(segment, "tap"),
            style);
  out += traffic_table(segment, style);
  auto table = counter_table();
  add_counts(table, segment, {"flooded", "flooded_copies"});
  add_counts(table, field(segment, "fdb"), {"entries", "learned", "moved", "aged", "refused"}, "fdb ");
  add_counts(table, segment, {"suppressed", "partial_checksum_completed", "tap_kernel_drops"});
  add_drops(table, field(segment, "drops"));
  return out + table.print(style, "  ");
}

}  // namespace

std::string render_stats(const json::value& document, const Style& style) {
  std::string out;
  for (const auto& segment : field(document, "segments").as_array()) out += stats_one(segment, style) + '\n';
  auto table = counter_table();
  add_counts(table, field(document, "kernel"), {"socket_overflows", "trains_refused", "superframes_refused"});
  add_drops(table, field(document, "drops"));
  return out + title("No segment known", style) + table.print(style, "  ");
}

}  // namespace vxtap::ctl
