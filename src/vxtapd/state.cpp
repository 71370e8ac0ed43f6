#include "vxtapd/state.hpp"

#include <algorithm>

namespace vxtap::daemon {
namespace {

template <typename Records, typename Wanted>
auto find(const Records& records, Wanted&& wanted) noexcept -> decltype(records.data()) {
  const auto found = std::find_if(records.begin(), records.end(), wanted);
  return found == records.end() ? nullptr : &*found;
}

SourcePolicy source_policy(const config::Segment& segment) {
  using Kind = config::Accept::Kind;
  const auto& accept = segment.underlay.accept;
  const bool any_of_group = accept.kind == Kind::kPeers && segment.peers.mode == PeerMode::kMulticastGroup;
  if (accept.kind == Kind::kAny || any_of_group) return SourcePolicy::any();
  if (accept.kind == Kind::kPrefixes) return SourcePolicy::of(accept.prefixes, {});
  std::vector<VtepAddress> peers;
  for (const auto& remote : segment.peers.remotes) peers.push_back(remote.address);
  for (const auto& entry : segment.fdb.static_entries) peers.push_back(entry.remote.address);
  return SourcePolicy::of({}, std::move(peers));
}

}  // namespace

const TapRecord* State::tap(TapId id) const noexcept {
  return find(taps, [id](const TapRecord& record) { return record.id == id; });
}
const TapRecord* State::tap(const std::string& name) const noexcept {
  return find(taps, [&](const TapRecord& record) { return record.settings.name == name; });
}
const EndpointRecord* State::endpoint(const io::LocalVtep& vtep) const noexcept {
  return find(endpoints, [&](const EndpointRecord& record) { return record.vtep == vtep; });
}
const SegmentRecord* State::segment(SegmentKey key) const noexcept {
  return find(segments, [key](const SegmentRecord& record) { return record.key == key; });
}

std::shared_ptr<const SegmentTable> build_table(const State& state) {
  std::vector<Segment> segments;
  segments.reserve(state.segments.size());
  for (const auto& record : state.segments) {
    const auto& wanted = record.config;
    segments.push_back({.key = record.key,
                        .name = wanted.name,
                        .tap = record.tap,
                        .mode = wanted.peers.mode,
                        .local = wanted.underlay.local,
                        .flood_list = wanted.peers.remotes,
                        .port = wanted.underlay.port,
                        .send_profile = record.send_profile,
                        .learning = wanted.fdb.learning,
                        .unknown_unicast = wanted.fdb.unknown_unicast,
                        .accept = source_policy(wanted),
                        .state = record.state,
                        .tap_state = state.tap(record.tap)->state});
  }
  return std::make_shared<const SegmentTable>(std::move(segments));
}

}  // namespace vxtap::daemon
