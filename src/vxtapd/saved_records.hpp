#pragma once

#include <optional>

#include "control/daemon_api.hpp"
#include "handover/inheritance.hpp"
#include "handover/saved_state.hpp"
#include "vxtapd/state.hpp"

/// The running state in the words of a handover, and back. Control thread.
namespace vxtap::daemon {

/// All of it: what the next process needs to go on.
handover::SavedState saved_state(const State& state, const Fdb& fdb, const control::DaemonTotals& totals);

/// The segment as the earlier process had it, with its counters, as far as a new one wants to know of it.
/// Empty when it had none of that key.
std::optional<SegmentRecord> inherited_record(const handover::Inheritance& inheritance, SegmentKey key,
                                              std::size_t workers);

/// Its FDB entries, of segments that `state` has.
void restore_entries(const std::vector<FdbEntry>& entries, const State& state, Fdb& fdb);

}  // namespace vxtap::daemon
