#include "vxtapd/saved_records.hpp"

#include <algorithm>

#include "dataplane/worker_group.hpp"

namespace vxtap::daemon {
namespace {

handover::SavedSegment saved(const SegmentRecord& segment) {
  const FdbAccount& fdb = segment.state->fdb;
  handover::SavedSegment out{.key = segment.key,
                             .mode = segment.config.peers.mode,
                             .remotes = segment.config.peers.remotes,
                             .flood_list = segment.flood_list,
                             .control_entries = {},
                             .memberships = {},
                             .totals = segment.state->totals(),
                             .learned = fdb.learned.load(std::memory_order_relaxed),
                             .moved = fdb.moved.load(std::memory_order_relaxed),
                             .aged = fdb.aged.load(std::memory_order_relaxed),
                             .refused = fdb.refused.load(std::memory_order_relaxed)};
  for (const auto& [mac, remote] : segment.control_entries) out.control_entries.push_back({mac, remote});
  if (segment.memberships != nullptr)
    for (const auto& row : segment.memberships->list(0))
      if (row.permanent) out.memberships.push_back({row.group, row.remote});
  return out;
}

void restore(const SegmentTotals& totals, SegmentCounters& counters) {
  counters.tx.packets.add(totals.tx_packets);
  counters.tx.bytes.add(totals.tx_bytes);
  counters.rx.packets.add(totals.rx_packets);
  counters.rx.bytes.add(totals.rx_bytes);
  counters.flooded.add(totals.flooded);
  counters.flooded_copies.add(totals.flooded_copies);
  counters.suppressed.add(totals.suppressed);
  counters.partial_checksum_completed.add(totals.partial_checksum_completed);
  counters.fdb_full.add(totals.fdb_full);
  for (std::size_t i = 0; i < totals.drops.size(); ++i)
    counters.drops.add(static_cast<DropReason>(i), totals.drops[i]);
}

void restore(const handover::SavedSegment& saved, FdbAccount& fdb) {
  fdb.learned.store(saved.learned, std::memory_order_relaxed);
  fdb.moved.store(saved.moved, std::memory_order_relaxed);
  fdb.aged.store(saved.aged, std::memory_order_relaxed);
  fdb.refused.store(saved.refused, std::memory_order_relaxed);
}

}  // namespace

handover::SavedState saved_state(const State& state, const Fdb& fdb, const control::DaemonTotals& totals) {
  handover::SavedState out;
  for (const auto& endpoint : state.endpoints) out.endpoints.push_back({endpoint.id, endpoint.vtep});
  for (const auto& [id, tap] : state.taps)
    if (tap.device != nullptr) out.taps.push_back({tap.settings.name, tap.device->traces()});
  for (const auto& segment : state.segments) out.segments.push_back(saved(segment));
  out.fdb.reserve(fdb.size());
  fdb.for_each([&](const FdbEntry& entry) { out.fdb.push_back(entry); });
  out.totals = {.drops = totals.drops,
                .socket_overflows = totals.socket_overflows,
                .trains_refused = totals.trains_refused,
                .superframes_refused = totals.superframes_refused,
                .worker_loans = totals.worker_loans};
  return out;
}

std::optional<SegmentRecord> inherited_record(const handover::Inheritance& inheritance, SegmentKey key,
                                              std::size_t workers) {
  const handover::SavedSegment* saved = inheritance.segment(key);
  if (saved == nullptr) return std::nullopt;
  SegmentRecord record{.config = {},
                       .key = key,
                       .tap = 0,
                       .send_profile = 0,
                       .state = std::make_shared<SegmentState>(dataplane::WorkerGroup::shards(workers)),
                       .flood_list = saved->flood_list};
  record.config.peers = {.mode = saved->mode, .remotes = saved->remotes};
  for (const auto& [mac, remote] : saved->control_entries) record.control_entries.emplace(mac, remote);
  if (!saved->memberships.empty()) record.memberships = std::make_shared<GroupMemberships>();
  for (const auto& [group, remote] : saved->memberships) record.memberships->add_static(group, remote);
  restore(saved->totals, record.state->counters.front());
  restore(*saved, record.state->fdb);
  return record;
}

void restore_entries(const std::vector<FdbEntry>& entries, const State& state, Fdb& fdb) {
  for (const auto& entry : entries)
    if (const SegmentRecord* segment = state.segment(entry.key.segment)) fdb.put(entry, segment->state->fdb);
}

}  // namespace vxtap::daemon
