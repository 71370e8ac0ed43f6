#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/worker_change.hpp"
#include "handover/inheritance.hpp"
#include "io/netlink.hpp"
#include "vxtapd/state.hpp"

namespace vxtap::daemon {

/// The next state, opened but not yet in use, and how the workers get there.
struct Prepared {
  State state;
  std::shared_ptr<const SegmentTable> table;     ///< of `state`, as the changes carry it
  std::vector<dataplane::WorkerChange> changes;  ///< one each worker
  std::vector<int> abandoned;                    ///< inherited interfaces that nobody wants, by index
  std::vector<std::string> warnings;
  std::unique_ptr<std::byte[]> headroom;  ///< memory for carrying it out, which must not fail half-way
};

/// Opens what `config` wants and `present` lacks, or takes it from `inheritance`: sockets first, then TAPs,
/// and last brings TAPs that stay to their new settings. Throws on the first refusal, with everything as it
/// was before: what was opened closes again, what was reconfigured is put back.
Prepared prepare(const config::Config& config, const State& present, std::size_t workers,
                 io::Netlink& netlink, handover::Inheritance inheritance = {});

/// Opens the TAP's queues anew or takes over `inherited` ones, configures the interface, and divides the
/// queues among the workers' changes: a queue that reads for the first queue_count() workers, a duplicate
/// that only writes for the rest. Replaces `record.device`; the interface stays when there was one. Throws
/// io::SystemError.
void open_tap(TapRecord& record, std::vector<dataplane::WorkerChange>& changes,
              handover::InheritedTap inherited = {});

/// Reads the interface's state, MTU and MAC for the workers.
void refresh_tap_state(TapState& state, const io::LinkInfo& link) noexcept;

}  // namespace vxtap::daemon
