#include "ctl/top_panels.hpp"

#include <algorithm>

#include "ctl/number_text.hpp"

namespace vxtap::ctl {
namespace {

constexpr std::size_t kRateWidth = 6;

Line counted(const std::string& label, const std::string& number, std::size_t width, Tone tone) {
  const auto numbers = std::min(width, number.size() + 1);
  return {{fitted(label, width - numbers), tone}, {fitted(number, numbers, true), tone}};
}

}  // namespace

std::string rate_or_dash(const std::optional<double>& rate) {
  return rate ? rate_text(*rate) : "-";
}

std::vector<Line> panel(const std::string& heading, std::vector<Line> lines, ScreenSize size) {
  lines.insert(lines.begin(), Line{{heading, Tone::kHeading}});
  lines.resize(size.height);
  for (auto& line : lines) line = fitted(line, size.width);
  return lines;
}

std::vector<Line> remote_panel(const TopModel& model, ScreenSize size) {
  const auto* row = model.selected_row();
  if (row == nullptr) return panel("REMOTES", {}, size);
  const auto heading = "REMOTES of " + std::to_string(row->vni) + ' ' + row->name;
  if (!model.knows_fdb()) return panel(heading, {{{"..."}}}, size);
  std::vector<Line> lines;
  for (const auto& remote : model.remotes())
    lines.push_back(counted(remote.destination + (remote.flooded ? " flood" : ""),
                            std::to_string(remote.entries) + " MAC", size.width, Tone::kPlain));
  if (lines.empty()) lines = {{{"none", Tone::kFaint}}};
  return panel(heading, std::move(lines), size);
}

std::vector<Line> reason_panel(const TopModel& model, ScreenSize size) {
  std::vector<Line> lines;
  for (const auto& reason : model.drop_reasons())
    lines.push_back(
        counted(reason.label,
                std::to_string(reason.total) + fitted(rate_or_dash(reason.rate) + "/s", kRateWidth + 2, true),
                size.width, reason.rate.value_or(0) > 0 ? Tone::kBad : Tone::kPlain));
  if (lines.empty()) lines = {{{"none", Tone::kFaint}}};
  return panel("DROPS, all segments", std::move(lines), size);
}

std::vector<Line> event_panel(const TopModel& model, ScreenSize size) {
  std::vector<Line> lines;
  for (const auto& event : model.events(size.height - std::min<std::size_t>(size.height, 1)))
    lines.push_back({{event.text, event.loss ? Tone::kBad : Tone::kPlain}});
  if (lines.empty()) lines = {{{"none yet", Tone::kFaint}}};
  return panel(model.drops_only() ? "EVENTS, drops only" : "EVENTS", std::move(lines), size);
}

}  // namespace vxtap::ctl
