#include "vxtapd/reports.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace vxtap::daemon {
namespace {

control::SegmentReport report(const State& state, const SegmentRecord& segment) {
  const TapRecord& tap = state.taps.at(segment.tap);
  const auto& config = segment.config;
  const FdbAccount& fdb = segment.state->fdb;
  control::SegmentReport out{
      .vni = config.vni,
      .name = config.name,
      .tap = tap.settings.name,
      .tap_state = tap.device == nullptr  ? "GONE"
                   : tap.state->up.load() ? "UP"
                                          : "DOWN",
      .mtu = tap.state->mtu.load(),
      .mac = MacAddress::from_u64(tap.state->mac.load()),
      .vlan = config.vlan,
      .local = config.underlay.local,
      .port = config.underlay.port,
      .device = config.underlay.device,
      .mode = config.peers.mode,
      .remotes = config.peers.mode == PeerMode::kMulticastGroup ? config.peers.remotes : segment.flood_list,
      .fdb_entries = fdb.entries.load(),
      .fdb_limit = fdb.limit.load(),
      .learned = fdb.learned.load(),
      .moved = fdb.moved.load(),
      .aged = fdb.aged.load(),
      .refused = 0,
      .totals = segment.state->totals(),
      .tap_kernel_drops = 0};
  out.refused = out.totals.fdb_full;
  return out;
}

/// Each TAP is asked once, though a trunk carries thousands of segments.
std::map<TapId, std::uint64_t> kernel_drops(const State& state, io::Netlink& netlink) {
  std::map<TapId, std::uint64_t> drops;
  for (const auto& [id, tap] : state.taps)
    if (tap.device != nullptr)
      if (const auto link = netlink.link(tap.settings.name)) drops[id] = link->tx_dropped;
  return drops;
}

/// Of the flood list, or of a multicast MAC.
control::FdbReport permanent_row(const SegmentRecord& segment, const MacAddress& mac, const Remote& remote) {
  const auto& written = segment.config.peers.remotes;
  const bool in_file = mac.is_zero() && std::find(written.begin(), written.end(), remote) != written.end();
  return {.vni = segment.config.vni,
          .segment = segment.config.name,
          .mac = mac,
          .remote = remote,
          .state = FdbState::kPermanent,
          .origin = in_file ? FdbOrigin::kConfig : FdbOrigin::kControl,
          .age_seconds = 0};
}

}  // namespace

std::vector<control::SegmentReport> report_segments(const State& state, io::Netlink& netlink) {
  std::vector<control::SegmentReport> reports;
  reports.reserve(state.segments.size());
  auto drops = kernel_drops(state, netlink);
  for (const auto& segment : state.segments) {
    reports.push_back(report(state, segment));
    reports.back().tap_kernel_drops = drops[segment.tap];
  }
  return reports;
}

std::vector<control::FdbReport> report_fdb(const State& state, const Fdb& fdb, TimePoint now) {
  std::vector<control::FdbReport> reports;
  for (const auto& segment : state.segments)
    for (const auto& remote : segment.flood_list) reports.push_back(permanent_row(segment, {}, remote));
  const auto flood_lists = static_cast<std::ptrdiff_t>(reports.size());
  reports.reserve(reports.size() + fdb.size());
  for (const auto& segment : state.segments) {
    if (segment.memberships == nullptr) continue;
    for (const auto& row : segment.memberships->list(to_tick(now)))
      if (const auto* mac = std::get_if<MacAddress>(&row.group); mac != nullptr && row.permanent)
        reports.push_back(permanent_row(segment, *mac, row.remote));
  }
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
                       .age_seconds = ages ? static_cast<double>(to_tick(now) - entry.heard) / 10 : 0,
                       .sticky = entry.sticky});
  });
  std::sort(reports.begin() + flood_lists, reports.end(), [](const auto& a, const auto& b) {
    return std::tie(a.vni, a.segment, a.mac) < std::tie(b.vni, b.segment, b.mac);
  });
  return reports;
}

}  // namespace vxtap::daemon
