#include "vxtapd/reports.hpp"

#include <algorithm>
#include <tuple>

namespace vxtap::daemon {
namespace {

control::SegmentReport report(const State& state, const SegmentRecord& segment, io::Netlink& netlink) {
  const TapRecord& tap = state.taps.at(segment.tap);
  const auto& config = segment.config;
  const FdbAccount& fdb = segment.state->fdb;
  control::SegmentReport out{.vni = config.vni,
                             .name = config.name,
                             .tap = tap.settings.name,
                             .tap_state = tap.device == nullptr  ? "GONE"
                                          : tap.state->up.load() ? "UP"
                                                                 : "DOWN",
                             .mtu = tap.state->mtu.load(),
                             .mac = MacAddress::from_u64(tap.state->mac.load()),
                             .local = config.underlay.local,
                             .port = config.underlay.port,
                             .device = config.underlay.device,
                             .mode = config.peers.mode,
                             .remotes = config.peers.remotes,
                             .fdb_entries = fdb.entries.load(),
                             .fdb_limit = fdb.limit.load(),
                             .learned = fdb.learned.load(),
                             .moved = fdb.moved.load(),
                             .aged = fdb.aged.load(),
                             .refused = 0,
                             .totals = segment.state->totals(),
                             .tap_kernel_drops = 0};
  out.refused = out.totals.fdb_full;
  if (tap.device != nullptr)
    if (const auto link = netlink.link(tap.settings.name)) out.tap_kernel_drops = link->tx_dropped;
  return out;
}

}  // namespace

std::vector<control::SegmentReport> report_segments(const State& state, io::Netlink& netlink) {
  std::vector<control::SegmentReport> reports;
  reports.reserve(state.segments.size());
  for (const auto& segment : state.segments) reports.push_back(report(state, segment, netlink));
  return reports;
}

std::vector<control::FdbReport> report_fdb(const State& state, const Fdb& fdb, TimePoint now) {
  std::vector<control::FdbReport> reports;
  for (const auto& segment : state.segments)
    for (const auto& remote : segment.config.peers.remotes)
      reports.push_back({.vni = segment.config.vni,
                         .segment = segment.config.name,
                         .mac = {},
                         .remote = remote,
                         .state = FdbState::kPermanent,
                         .origin = FdbOrigin::kConfig,
                         .age_seconds = 0});
  const auto flood_lists = static_cast<std::ptrdiff_t>(reports.size());
  fdb.for_each([&](const FdbEntry& entry) {
    const SegmentRecord* segment = state.segment(entry.key.segment);
    if (segment == nullptr) return;
    const bool ages = entry.state == FdbState::kReachable;
    reports.push_back({.vni = entry.key.segment.vni,
                       .segment = segment->config.name,
                       .mac = entry.key.mac,
                       .remote = entry.remote,
                       .state = entry.state,
                       .origin = entry.origin,
                       .age_seconds = ages ? static_cast<double>(to_tick(now) - entry.heard) / 10 : 0});
  });
  std::sort(reports.begin() + flood_lists, reports.end(), [](const auto& a, const auto& b) {
    return std::tie(a.vni, a.segment, a.mac) < std::tie(b.vni, b.segment, b.mac);
  });
  return reports;
}

}  // namespace vxtap::daemon
