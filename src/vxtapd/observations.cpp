#include "vxtapd/observations.hpp"

#include <algorithm>

namespace vxtap::daemon {
namespace {

constexpr std::size_t kMostHeard = 65536;
constexpr std::size_t kMostHeld = 64;
constexpr std::size_t kMostStrangers = 4096;
constexpr std::chrono::minutes kHeldFor{5};

}  // namespace

void Observations::begin_anew(const State& before, const State& now) {
  std::erase_if(begun_, [&](const auto& one) { return now.segment(one.first) == nullptr; });
  for (const auto& segment : now.segments) {
    const auto* known = before.segment(segment.key);
    if (known != nullptr && known->config.peers.remotes == segment.config.peers.remotes) continue;
    const auto totals = segment.state->totals();
    begun_[segment.key] = {totals.tx_packets, totals.rx_packets};
  }
}

Observations::Traffic Observations::traffic(const SegmentRecord& segment) const {
  const auto totals = segment.state->totals();
  const auto found = begun_.find(segment.key);
  const auto begun = found == begun_.end() ? Traffic{} : found->second;
  return {totals.tx_packets - std::min(totals.tx_packets, begun.sent),
          totals.rx_packets - std::min(totals.rx_packets, begun.received)};
}

void Observations::saw(const TableEvent& event, const std::string& segment, Clock::time_point now) {
  const bool learned =
      event.action == control::FdbAction::kLearned || event.action == control::FdbAction::kMoved;
  if (learned && heard_.size() < kMostHeard) heard_.insert(event.remote.address);
  if (event.action != control::FdbAction::kHeld) return;
  std::erase_if(held_, [&](const Held& known) {
    return known.mac.mac == event.mac && known.mac.vni == event.segment.vni;
  });
  if (held_.size() == kMostHeld) held_.pop_front();
  held_.push_back({now,
                   {.mac = event.mac,
                    .vni = event.segment.vni,
                    .segment = segment,
                    .where = event.remote.address,
                    .contender = event.from.value_or(VtepAddress{})}});
}

void Observations::saw(const StrangerEvent& event) {
  if (strangers_.size() == kMostStrangers && !strangers_.contains(event.segment)) strangers_.clear();
  strangers_[event.segment] = {event.source.address, event.vni};
}

void Observations::saw(const UnmappedEvent& event) {
  auto& known = unmapped_[event.tap];
  ++known.frames.total;
  known.vid = event.vid;
  known.source = event.source;
}

std::optional<inspect::Stranger> Observations::stranger(const std::optional<SegmentKey>& segment) const {
  const auto found = strangers_.find(segment);
  return found == strangers_.end() ? std::nullopt : std::optional(found->second);
}

inspect::Unmapped Observations::unmapped(TapId tap) const {
  const auto found = unmapped_.find(tap);
  return found == unmapped_.end() ? inspect::Unmapped{} : found->second;
}

std::vector<inspect::HeldMac> Observations::held(Clock::time_point now) const {
  std::vector<inspect::HeldMac> recent;
  for (const auto& one : held_)
    if (now - one.when < kHeldFor) recent.push_back(one.mac);
  return recent;
}

}  // namespace vxtap::daemon
