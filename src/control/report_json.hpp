#pragma once

#include <span>
#include <string_view>

#include "control/daemon_api.hpp"
#include "control/json_text.hpp"

/// What the daemon reports as the JSON documents that `vxtapctl -j` prints: keys, order and all.
namespace vxtap::control {

/// A segment's mode as the file writes it.
std::string_view mode_word(PeerMode mode) noexcept;

json::value show_document(std::span<const SegmentReport> segments);
/// Written row by row: as a tree an FDB would take ten times the memory.
JsonText fdb_document(std::span<const FdbReport> entries);
json::value mdb_document(std::span<const MdbReport> members);
/// `totals` holds what no segment owns.
json::value stats_document(std::span<const SegmentReport> segments, const DaemonTotals& totals);
/// Every reason in the order of DropReason, summed over segments and `totals`.
json::value drops_document(std::span<const SegmentReport> segments, const DaemonTotals& totals);

}  // namespace vxtap::control
