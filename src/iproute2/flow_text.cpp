#include "iproute2/flow_text.hpp"

#include <algorithm>
#include <cctype>

#include "config/diagnostics.hpp"

namespace vxtap::iproute2 {
namespace {

constexpr std::size_t kLineLength = 110;

std::string flow_list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() == 1 ? "" : ", ") + item;
  return out + "]";
}

/// A list without elements is written as the value "[]".
std::string flow_value(const YamlEntry& entry) {
  return entry.items.empty() ? entry.value : flow_list(entry.items);
}

std::string block_entry(std::size_t indent, const YamlEntry& entry) {
  const std::string margin(indent, ' ');
  std::string line = margin + entry.key + ": " + flow_value(entry);
  if (line.size() > kLineLength && !entry.items.empty()) {
    line = margin + entry.key + ":";
    for (const auto& item : entry.items) line.append("\n").append(margin).append("  - ").append(item);
    return line + "\n";
  }
  return line + (entry.remark.empty() ? "" : "  # " + entry.remark) + "\n";
}

bool is_plain(std::string_view text) {
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  const auto inner = [&](char c) {
    return letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
  };
  // The null of YAML 1.1 and 1.2; true and false are text where a name is read.
  const bool null = text == "null" || text == "Null" || text == "NULL";
  return !text.empty() && letter(text[0]) && std::ranges::all_of(text, inner) && !null;
}

}  // namespace

std::string scalar(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string block_map(std::size_t indent, const std::vector<YamlEntry>& entries) {
  std::string out;
  for (const auto& entry : entries) out += block_entry(indent, entry);
  return out;
}

std::string map_of(std::size_t indent, const std::string& key, const std::vector<YamlEntry>& entries) {
  const std::string margin(indent, ' ');
  std::string flow = margin + key + ": {";
  for (const auto& entry : entries)
    flow += (&entry == entries.data() ? "" : ", ") + entry.key + ": " + flow_value(entry);
  flow += "}";
  const bool remarked = std::ranges::any_of(entries, [](const auto& entry) { return !entry.remark.empty(); });
  if (!remarked && flow.size() <= kLineLength) return flow + "\n";
  return margin + key + ":\n" + block_map(indent + 2, entries);
}

std::string comment(std::string_view text, std::size_t indent, std::string_view wrapped_end) {
  std::string out;
  std::string margin = "#" + std::string(indent, ' ');
  while (!text.empty()) {
    const auto room = kLineLength - margin.size() - wrapped_end.size();
    auto end = text.size() <= room ? text.size() : text.rfind(' ', room);
    if (end == 0 || end == text.npos) end = std::min(text.find(' '), text.size());
    out += margin;
    out += text.substr(0, end);
    text.remove_prefix(end);
    const auto next = text.find_first_not_of(' ');
    text.remove_prefix(next == text.npos ? text.size() : next);
    if (!text.empty()) out += wrapped_end;
    out += "\n";
    if (margin.size() == 1 + indent) margin += "  ";
  }
  return out;
}

}  // namespace vxtap::iproute2
