#include <boost/json/array.hpp>

#include "ctl/destination.hpp"
#include "ctl/fields.hpp"
#include "ctl/render.hpp"

namespace vxtap::ctl {
namespace {

/// The first word, as wide as the longest, so that what follows stands in columns.
std::string lead(const std::string& word, Tone tone, const Style& style) {
  constexpr std::size_t kWidth = sizeof("learned");  // and a blank
  return style.paint(tone, word) + std::string(kWidth - word.size(), ' ');
}

std::string fdb_line(const json::value& event, const Style& style) {
  const auto action = text(event, "action");
  auto line = lead(action, action == "held" ? Tone::kBad : Tone::kPlain, style) + text(event, "mac") +
              " vni " + count_text(event, "vni") + " segment " + text(event, "segment") + " dst " +
              destination(event);
  if (event.as_object().contains("from")) line += " from " + text(event, "from");
  return line + '\n';
}

std::string config_lines(const json::value& event, const Style& style) {
  const auto action = text(event, "action");
  auto lines = lead("config", Tone::kPlain, style) +
               style.paint(action == "refused" ? Tone::kBad : Tone::kPlain, action) + '\n';
  for (const auto& message : field(event, "messages").as_array())
    lines += "        " + json::value_to<std::string>(message) + '\n';
  return lines;
}

std::string drop_line(const json::value& event, const Style& style) {
  auto line = lead("drop", Tone::kBad, style) + text(event, "reason");
  if (!field(event, "vni").is_null())
    line += " vni " + count_text(event, "vni") + " segment " + text(event, "segment");
  if (!field(event, "remote").is_null())
    line += " remote " + with_port(text(event, "remote"), count(event, "port"));
  if (!field(event, "error").is_null()) line += " (" + text(event, "error") + ")";
  line += " size " + count_text(event, "size") + ": " + text(event, "meaning") + "\n";
  return line + "        " + text(event, "bytes") + '\n';
}

std::string segment_line(const json::value& event, const Style& style) {
  const auto action = text(event, "action");
  const bool bad = action == "down" || action == "gone";
  return lead("segment", Tone::kPlain, style) + style.paint(bad ? Tone::kBad : Tone::kPlain, action) +
         " vni " + count_text(event, "vni") + " segment " + text(event, "segment") + " tap " +
         text(event, "tap") + '\n';
}

}  // namespace

std::string render_event(const json::value& event, const Style& style) {
  const auto kind = text(event, "event");
  if (kind == "fdb") return fdb_line(event, style);
  if (kind == "drop") return drop_line(event, style);
  if (kind == "drops_left_out")
    return lead("drop", Tone::kBad, style) + text(event, "reason") + ": " + count_text(event, "count") +
           " more, not shown\n";
  if (kind == "segment") return segment_line(event, style);
  if (kind == "config") return config_lines(event, style);
  if (kind == "lost")
    return lead("lost", Tone::kBad, style) + count_text(event, "count") +
           " events came faster than they were read\n";
  return control::to_text(event) + '\n';
}

}  // namespace vxtap::ctl
