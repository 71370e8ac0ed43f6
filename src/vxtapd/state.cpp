#include "vxtapd/state.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace vxtap::daemon {
namespace {

SourcePolicy source_policy(const SegmentRecord& segment) {
  using Kind = config::Accept::Kind;
  const auto& accept = segment.config.underlay.accept;
  const bool any_of_group =
      accept.kind == Kind::kPeers && segment.config.peers.mode == PeerMode::kMulticastGroup;
  if (accept.kind == Kind::kAny || any_of_group) return SourcePolicy::any();
  if (accept.kind == Kind::kPrefixes) return SourcePolicy::of(accept.prefixes, {});
  return SourcePolicy::of({}, peers_of(segment));
}

}  // namespace

std::vector<VtepAddress> peers_of(const SegmentRecord& segment) {
  std::set<VtepAddress> peers;
  for (const auto& remote : segment.config.peers.remotes) peers.insert(remote.address);
  for (const auto& entry : segment.config.fdb.static_entries) peers.insert(entry.remote.address);
  for (const auto& remote : segment.flood_list) peers.insert(remote.address);
  for (const auto& [mac, remote] : segment.control_entries) peers.insert(remote.address);
  if (segment.memberships != nullptr)
    for (const auto& row : segment.memberships->list(0))
      if (row.permanent) peers.insert(row.remote.address);
  return {peers.begin(), peers.end()};
}

bool has_control_entry_to(const SegmentRecord& segment, const VtepAddress& address) {
  return std::ranges::any_of(segment.control_entries,
                             [&](const auto& entry) { return entry.second.address == address; });
}

TapRecord& State::add_tap(TapRecord record) {
  const TapId id = record.id;
  tap_ids_.emplace(record.settings.name, id);
  return taps.emplace(id, std::move(record)).first->second;
}

void State::add_segment(SegmentRecord record) {
  segment_indices_.emplace(record.key.to_u40(), segments.size());
  segments.push_back(std::move(record));
}

const TapRecord* State::tap(const std::string& name) const noexcept {
  const auto id = tap_ids_.find(name);
  return id == tap_ids_.end() ? nullptr : &taps.at(id->second);
}

TapRecord* State::tap(const std::string& name) noexcept {
  return const_cast<TapRecord*>(std::as_const(*this).tap(name));
}

const EndpointRecord* State::endpoint(const io::LocalVtep& vtep) const noexcept {
  const auto found = std::find_if(endpoints.begin(), endpoints.end(),
                                  [&](const EndpointRecord& record) { return record.vtep == vtep; });
  return found == endpoints.end() ? nullptr : &*found;
}

const SegmentRecord* State::segment(SegmentKey key) const noexcept {
  const auto index = segment_indices_.find(key.to_u40());
  return index == segment_indices_.end() ? nullptr : &segments[index->second];
}

SegmentRecord* State::segment(SegmentKey key) noexcept {
  return const_cast<SegmentRecord*>(std::as_const(*this).segment(key));
}

std::shared_ptr<const SegmentTable> build_table(const State& state) {
  std::vector<Segment> segments;
  segments.reserve(state.segments.size());
  for (const auto& record : state.segments) {
    const auto& wanted = record.config;
    segments.push_back({.key = record.key,
                        .name = wanted.name,
                        .tap = record.tap,
                        .vid = wanted.vlan.value_or(0),
                        .mode = wanted.peers.mode,
                        .local = wanted.underlay.local,
                        .flood_list = record.flood_list,
                        .port = wanted.underlay.port,
                        .send_profile = record.send_profile,
                        .outer = wanted.underlay.outer,
                        .tolerated_bits = wanted.underlay.tolerated_bits,
                        .learning = wanted.fdb.learning,
                        .learn_port = wanted.fdb.learn_port,
                        .unknown_unicast = wanted.fdb.unknown_unicast,
                        .accept = source_policy(record),
                        .multicast_snooping = wanted.multicast_snooping,
                        .groups = record.groups,
                        .neighbours = wanted.neighbour_suppression ? &record.state->neighbours : nullptr,
                        .state = record.state,
                        .tap_state = state.taps.at(record.tap).state});
  }
  return std::make_shared<const SegmentTable>(std::move(segments));
}

}  // namespace vxtap::daemon
