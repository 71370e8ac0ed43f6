#pragma once

#include "inspect/explanation.hpp"
#include "inspect/surroundings.hpp"
#include "vxtap/forwarder.hpp"

namespace vxtap::inspect {

/// What the workers read at one moment.
struct Tables {
  const SegmentTable& segments;
  const Fdb& fdb;
  TimePoint now;
};

/// The walk of a frame that `tap` would hand over. It runs the workers' own forwarding function on a copy and
/// asks, in their order, what they ask next, without the effects: nothing is sent, learned, taken from a
/// bucket or counted. The result points into `tables`.
Explanation explain_from_tap(const Tables& tables, Surroundings& surroundings, TapId tap, BytesView frame);

/// The same of a datagram that arrived at `endpoint`; its payload is only read, and it is no train.
Explanation explain_from_underlay(const Tables& tables, Surroundings& surroundings, const Endpoint& endpoint,
                                  const Datagram& datagram);

}  // namespace vxtap::inspect
