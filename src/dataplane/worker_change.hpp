#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "io/udp_underlay.hpp"
#include "io/unique_fd.hpp"
#include "vxtap/forwarder.hpp"
#include "vxtap/segment.hpp"

namespace vxtap::dataplane {

/// Numbers a receive socket among the daemon's; stable while it is open.
using ReceiverId = std::uint32_t;

/// What a worker is to take over and to let go, in one step between two batches.
struct WorkerChange {
  struct AddTap {
    TapId id = 0;
    io::UniqueFd queue;
    bool offload = true;  ///< see io::TapQueue
    bool reads = true;    ///< false: only writes, because another worker reads the TAP's single queue
  };
  struct AddReceiver {
    ReceiverId id = 0;
    Endpoint endpoint;
    io::UniqueFd socket;
    io::UniqueFd path_probe = {};  ///< of one that sends
    std::uint32_t scope = 0;
    bool sends = true;  ///< false for a group's socket: its endpoint sends through another
  };
  std::vector<TapId> remove_taps;
  std::vector<ReceiverId> remove_receivers;
  std::vector<AddTap> add_taps;
  std::vector<AddReceiver> add_receivers;
  std::map<EndpointId, io::UnderlaySettings> underlays;  ///< of endpoints new and old
  std::shared_ptr<const SegmentTable> table;             ///< null: keep the present one
  std::optional<std::chrono::nanoseconds> busy_poll;     ///< how long to look for more before sleeping
};

}  // namespace vxtap::dataplane
