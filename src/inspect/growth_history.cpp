#include "inspect/growth_history.hpp"

#include <utility>

namespace vxtap::inspect {
namespace {

/// Every count of the facts under a name that lasts over reloads.
std::map<std::string, std::vector<Growth*>> counts_of(Facts& facts) {
  std::map<std::string, std::vector<Growth*>> counts;
  const auto add = [&](const std::string& name, auto&... growths) {
    (counts[name].push_back(&growths), ...);
  };
  add("sockets", facts.socket_overflows, facts.trains_refused, facts.superframes_refused, facts.rp_filtered);
  for (auto& growth : facts.drops) add("drops", growth);
  for (auto& tap : facts.taps) add("tap " + tap.name, tap.queue_drops, tap.unmapped.frames);
  for (auto& segment : facts.segments) {
    const auto name = "vni " + std::to_string(segment.vni.value()) + " " + io::describe(segment.local) + " " +
                      segment.local.device;
    for (auto& growth : segment.drops) add(name, growth);
    add(name, segment.fdb_full);
  }
  return counts;
}

}  // namespace

void GrowthHistory::judge(Facts& facts, Clock::time_point now) {
  while (snapshots_.size() > 1 && now - snapshots_[1].taken >= kLeastAge) snapshots_.pop_front();
  const bool usable = !snapshots_.empty() && now - snapshots_.front().taken >= kLeastAge;
  Counts totals;
  for (const auto& [name, growths] : counts_of(facts)) {
    const Counts none;
    const auto& before = usable ? snapshots_.front().counts : none;
    const auto known = before.find(name);
    for (std::size_t i = 0; i < growths.size(); ++i) {
      Growth& growth = *growths[i];
      const auto then = known != before.end() && i < known->second.size() ? known->second[i] : 0;
      growth.recent = growth.total >= then ? growth.total - then : growth.total;  // less: it began anew
      totals[name].push_back(growth.total);
    }
  }
  // Of those in a short row one is enough.
  if (!snapshots_.empty() && snapshots_.size() > 1 && now - snapshots_.back().taken < std::chrono::seconds(1))
    return;
  snapshots_.push_back({now, std::move(totals)});
}

}  // namespace vxtap::inspect
