#pragma once

#include <vector>

#include "control/daemon_api.hpp"
#include "io/netlink.hpp"
#include "vxtapd/state.hpp"

namespace vxtap::daemon {

/// The running state in the words of the control socket. Control thread.
std::vector<control::SegmentReport> report_segments(const State& state, io::Netlink& netlink);
std::vector<control::FdbReport> report_fdb(const State& state, const Fdb& fdb, TimePoint now);

}  // namespace vxtap::daemon
