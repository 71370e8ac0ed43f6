#include "ctl/top_view.hpp"

#include <algorithm>

#include "ctl/top_panels.hpp"
#include "inspect/words.hpp"

namespace vxtap::ctl {
namespace {

constexpr std::size_t kLowestWithPanels = 16, kNarrowestWithTwo = 60;
constexpr std::size_t kFrame = 2;  // the title and the line of keys

/// How the rows between title and keys are shared out: the segments get what is left.
struct Layout {
  std::size_t segments = 0, panels = 0, events = 0;
};
Layout layout(ScreenSize size) {
  const auto inner = size.height - std::min(size.height, kFrame);
  if (size.height < kLowestWithPanels) return {.segments = inner};
  const auto part = std::clamp<std::size_t>(inner / 4, 4, 12);
  return {.segments = inner - 2 * part, .panels = part, .events = part};
}

void append(std::vector<Line>& lines, std::vector<Line> more) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Line title(const TopModel& model) {
  const auto& sum = model.sum();
  Line line{{"vxtap top", Tone::kHeading}};
  line.push_back({"  " + inspect::counted(model.segments(), "segment")});
  line.push_back({"  tx " + rate_or_dash(sum.tx_bits) + "  rx " + rate_or_dash(sum.rx_bits) + " bit/s"});
  line.push_back(
      {"  drops " + rate_or_dash(sum.drops) + "/s", sum.drops.value_or(0) > 0 ? Tone::kBad : Tone::kPlain});
  const auto mark = [&](const std::string& words) { line.push_back({"  [" + words + "]", Tone::kHeading}); };
  if (model.paused())
    mark("paused" +
         (model.unseen_events() != 0 ? ", " + std::to_string(model.unseen_events()) + " new" : ""));
  if (model.drops_only()) mark("drops");
  if (!model.filter().empty() && !model.typing_filter()) mark("/" + model.filter());
  if (model.reversed()) mark("reversed");
  return line;
}

Line keys(const TopModel& model) {
  if (model.typing_filter()) return {{"name or VNI: " + model.filter() + "_", Tone::kHeading}};
  const char* text = "q quit  ? help  Enter inside  s sort  r reverse  d drops  / filter  p pause";
  if (model.page() != TopPage::kList) text = "q back  ? help  j/k scroll  p pause";
  return {{text, Tone::kFaint}};
}

std::vector<Line> list_page(const TopModel& model, ScreenSize size) {
  const auto [segments, panels, events] = layout(size);
  auto lines = segment_panel(model, {size.width, segments});
  if (panels == 0) return lines;
  if (size.width < kNarrowestWithTwo) {
    append(lines, reason_panel(model, {size.width, panels}));
  } else {
    const auto left = (size.width - 2) / 2;
    auto both = remote_panel(model, {left, panels});
    auto right = reason_panel(model, {size.width - 2 - left, panels});
    for (std::size_t i = 0; i < both.size(); ++i) {
      both[i].push_back({"  "});
      both[i].insert(both[i].end(), right[i].begin(), right[i].end());
    }
    append(lines, std::move(both));
  }
  append(lines, event_panel(model, {size.width, events}));
  return lines;
}

Line inside_heading(const TopModel& model) {
  const auto* row = model.selected_row();
  if (row == nullptr) return {};
  return {{"VNI " + std::to_string(row->vni) + "  " + row->name + "  " + row->tap + "  ", Tone::kHeading},
          {row->state, row->state == "UP" ? Tone::kGood : Tone::kBad},
          {"  fdb " + std::to_string(row->fdb_entries) + " of " + std::to_string(row->fdb_limit)}};
}

std::vector<Line> inside_page(const TopModel& model, ScreenSize size) {
  std::vector<Line> lines{inside_heading(model)};
  auto all = inside_lines(model, size.width);
  const auto first = std::min(model.scroll(), most_scroll(model, size));
  for (auto i = first; i < all.size(); ++i) lines.push_back(std::move(all[i]));
  return lines;
}

std::vector<Line> help_page() {
  const std::vector<std::pair<const char*, const char*>> keys_and_meanings{
      {"up k  down j", "move; PgUp PgDn Home End in larger steps"},
      {"Enter", "look inside the segment: counters, remotes, FDB"},
      {"Esc q", "back; from the list quit"},
      {"s  r", "sort by the next column; turn the order round"},
      {"d", "only segments and events with drops"},
      {"p", "pause, and go on"},
      {"/", "only segments with this in their name or VNI"},
      {"?", "this page"}};
  std::vector<Line> lines{{{"KEYS", Tone::kHeading}}};
  for (const auto& [key, what] : keys_and_meanings)
    lines.push_back({{fitted(key, 14), Tone::kHeading}, {what}});
  lines.emplace_back();
  for (const char* words : {"pps packets, bps bits, FLDps floods and DRPps drops",
                            "a second; FDB how full it is; tx is TAP to underlay"})
    lines.push_back({{words}});
  return lines;
}

}  // namespace

std::vector<Line> top_lines(const TopModel& model, ScreenSize size) {
  if (size.height == 0) return {};
  std::vector<Line> lines{title(model)};
  switch (model.page()) {
    case TopPage::kList:
      append(lines, list_page(model, size));
      break;
    case TopPage::kInside:
      append(lines, inside_page(model, size));
      break;
    case TopPage::kHelp:
      append(lines, help_page());
      break;
  }
  lines.resize(size.height - 1);
  lines.push_back(keys(model));
  for (auto& line : lines) line = fitted(line, size.width);
  return lines;
}

bool shows_fdb(const TopModel& model, ScreenSize size) {
  if (model.page() == TopPage::kInside) return true;
  return model.page() == TopPage::kList && layout(size).panels != 0 && size.width >= kNarrowestWithTwo;
}

std::size_t most_scroll(const TopModel& model, ScreenSize size) {
  if (model.page() != TopPage::kInside) return 0;
  const auto room = size.height - std::min<std::size_t>(size.height, kFrame + 1);
  const auto length = inside_lines(model, size.width).size();
  return length - std::min(length, room);
}

}  // namespace vxtap::ctl
