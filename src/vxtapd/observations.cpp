#include "vxtapd/observations.hpp"

#include <algorithm>

namespace vxtap::daemon {
namespace {

constexpr std::size_t kMostHeard = 65536;
constexpr std::size_t kMostHeld = 64;
constexpr std::chrono::minutes kHeldFor{5};

}  // namespace

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

std::vector<inspect::HeldMac> Observations::held(Clock::time_point now) const {
  std::vector<inspect::HeldMac> recent;
  for (const auto& one : held_)
    if (now - one.when < kHeldFor) recent.push_back(one.mac);
  return recent;
}

}  // namespace vxtap::daemon
