#include "ctl/render_copies.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>
#include <vector>

#include "ctl/destination.hpp"
#include "ctl/fields.hpp"
#include "ctl/table.hpp"

namespace vxtap::ctl {
namespace {

constexpr std::size_t kBytesInLine = 8;  // and half of an IPv6 address

std::string word_or(const json::value& value, const std::string& none) {
  return value.is_string() ? json::value_to<std::string>(value) : none;
}

std::string route_text(const json::value& copy) {
  const auto& route = field(copy, "route");
  if (route.is_null()) return "none: the kernel refuses to send there";
  std::string out = text(route, "dev");
  if (const auto gateway = word_or(field(route, "gateway"), ""); !gateway.empty()) out += " via " + gateway;
  return out;
}

std::string size_text(const json::value& copy) {
  const auto& mtu = field(copy, "path_mtu");
  const auto fit = text(copy, "fit");
  const std::string path = mtu.is_null() ? "not known" : std::to_string(mtu.to_number<std::uint64_t>());
  return path + "; the outer packet has " + count_text(copy, "outer_size") + " bytes and " +
         (fit == "fits"        ? "fits"
          : fit == "fragments" ? "is fragmented"
                               : "is too big");
}

/// "45 00": the field's bytes in lines.
std::vector<std::string> hex_lines(const std::string& hex, std::size_t offset, std::size_t size) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < size; ++i) {
    if (i % kBytesInLine == 0) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + hex.substr(2 * (offset + i), 2);
  }
  return lines;
}

/// The fields of one header, its name and place above them. `of_first` null: all, else those with other
/// bytes.
class HeaderTable {
 public:
  HeaderTable(const json::value& outer, const json::value* first) : outer_(outer), first_(first) {}

  std::string print(const Style& style) {
    for (const auto& one : field(outer_, "fields").as_array()) {
      if (first_ != nullptr && same(one)) continue;
      const auto header = text(one, "header");
      if (header != header_) table_.add({{}, {header_ = header, Tone::kHeading}, {}});
      add(one);
    }
    return table_.print(style, "  ");
  }

 private:
  const json::value& outer_;
  const json::value* first_;
  Table table_{{{"", Align::kRight}, {}, {}}};
  std::string header_;

  static std::string bytes(const json::value& outer, const json::value& one) {
    return text(outer, "bytes").substr(2 * count(one, "offset"), 2 * count(one, "size"));
  }
  bool same(const json::value& one) const { return bytes(outer_, one) == bytes(*first_, one); }

  void add(const json::value& one) {
    constexpr std::size_t kWidth = kScreenWidth - (2 + 2 + 2 + 3 * kBytesInLine - 1 + 2);
    const auto hex = hex_lines(text(outer_, "bytes"), count(one, "offset"), count(one, "size"));
    const auto words = wrap(text(one, "field") + " = " + text(one, "value"), kWidth);
    for (std::size_t i = 0; i < std::max(hex.size(), words.size()); ++i)
      table_.add({{i == 0 ? count_text(one, "offset") : ""},
                  {i < hex.size() ? hex[i] : ""},
                  {i < words.size() ? words[i] : ""}});
  }
};

std::string one_copy(const json::value& copy, const json::value* first, const Style& style) {
  const auto& drop = field(copy, "drop");
  std::string out =
      '\n' + style.paint(Tone::kHeading, "to " + with_port(text(copy, "dst"), count(copy, "port")) +
                                             " from port " + count_text(copy, "source_port"));
  if (drop.is_string()) out += "  " + style.paint(Tone::kBad, "DROP " + json::value_to<std::string>(drop));
  Table facts({{}, {}});
  facts.add({{"route"}, {route_text(copy)}});
  facts.add({{"path MTU"}, {size_text(copy)}});
  if (const auto where = word_or(field(copy, "where"), ""); !where.empty())
    facts.add({{"written"}, {where, Tone::kFaint}});
  out += '\n' + facts.print(style, "  ");
  if (first != nullptr) out += "  the outer headers are those of the first, but for\n";
  return out + HeaderTable(field(copy, "outer"), first).print(style);
}

}  // namespace

std::string render_copies(const json::value& remotes, const Style& style) {
  std::string out;
  const json::value* first = nullptr;
  for (const auto& copy : remotes.as_array()) {
    out += one_copy(copy, first, style);
    if (first == nullptr) first = &field(copy, "outer");
  }
  return out;
}

}  // namespace vxtap::ctl
