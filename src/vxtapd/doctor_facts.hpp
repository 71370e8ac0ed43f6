#pragma once

#include <stop_token>

#include "inspect/doctor_facts.hpp"
#include "vxtapd/observations.hpp"
#include "vxtapd/state.hpp"

/// Where the doctor's facts come from, in the order in which they must be asked for.
namespace vxtap::daemon {

/// Packets of the segment in each direction, flooded ones aside.
inspect::SilenceWatch::Counts traffic_of(const SegmentState& segment) noexcept;

/// What strict reverse path filters dropped on this host since it started (TcpExt IPReversePathFilter).
std::uint64_t rp_filtered();

/// What the daemon itself knows, all counts as totals. Control thread.
inspect::Facts daemon_facts(const State& state, const Observations& observations);

/// What the kernel says of the host. Any thread; throws io::SystemError.
void add_host_facts(inspect::Facts& facts);

/// What the remotes answer to probes; takes up to four seconds. Any thread.
void add_probe_facts(inspect::Facts& facts, const std::stop_token& stop);

}  // namespace vxtap::daemon
