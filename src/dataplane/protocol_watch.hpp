#pragma once

#include <optional>

#include "dataplane/events.hpp"
#include "dataplane/pump_counters.hpp"
#include "offload/overlay_protocol.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/ports.hpp"

namespace vxtap::dataplane {

/// The overlay's protocols that a segment takes part in when it is asked to: ARP and neighbour discovery
/// (`neighbour_suppression`), IGMP and MLD (`multicast_snooping`). Worker thread only.
class ProtocolWatch {
 public:
  ProtocolWatch(Events& events, PumpCounters& counters) : events_(events), counters_(counters) {}

  /// A frame of the local host, as its TAP handed it over. True: it was answered and goes no further.
  bool from_tap(const Segment& segment, const Frame& frame, TapPort& tap, TimePoint now) {
    return watches_protocols(segment) && hear_host(segment, frame.bytes, tap, now);
  }

  /// A frame that `source` sent. False: it is not for the local host.
  bool from_underlay(const Segment& segment, const VtepAddress& source, BytesView inner, TimePoint now) {
    return !watches_protocols(segment) || hear_remote(segment, source, inner, now);
  }

 private:
  Events& events_;
  PumpCounters& counters_;

  bool hear_host(const Segment& segment, BytesView frame, TapPort& tap, TimePoint now);
  bool hear_remote(const Segment& segment, const VtepAddress& source, BytesView inner, TimePoint now);
  std::optional<MembershipMessage> hear_memberships(const Segment& segment, BytesView frame,
                                                    const std::optional<Remote>& from);
  bool answer(const Segment& segment, BytesView frame, TapPort& tap, TimePoint now);
};

}  // namespace vxtap::dataplane
