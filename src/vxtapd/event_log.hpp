#pragma once

#include "dataplane/events.hpp"

namespace vxtap::daemon {

/// Writes the packet path's events to the log, each kind at a bounded rate per segment.
class EventLog final : public dataplane::Events {
 public:
  void own_mac_seen(const Segment& segment, const VtepAddress& source) noexcept override;
  void mac_moved(const Segment& segment, const MacAddress& mac, const VtepAddress& to) noexcept override;
  void mac_held(const Segment& segment, const MacAddress& mac,
                const VtepAddress& contender) noexcept override;
  void send_failed(const Segment& segment, const Remote& remote, int error) noexcept override;
  void superframe_refused(const Segment& segment) noexcept override;
  void train_refused(const Segment& segment, const Remote& remote, int error) noexcept override;
};

}  // namespace vxtap::daemon
