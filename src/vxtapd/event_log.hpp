#pragma once

#include "dataplane/events.hpp"
#include "vxtapd/event_queue.hpp"

namespace vxtap::daemon {

/// Writes the packet path's events to the log, each kind at a bounded rate per segment, and passes on what
/// the control thread has to know.
class EventLog final : public dataplane::Events {
 public:
  explicit EventLog(EventQueue& queue) : queue_(queue) {}

  void own_mac_seen(const Segment& segment, const VtepAddress& source) noexcept override;
  void mac_learned(const Segment& segment, const MacAddress& mac, const Remote& remote) noexcept override;
  void mac_moved(const Segment& segment, const MacAddress& mac, const Remote& from,
                 const Remote& to) noexcept override;
  void mac_held(const Segment& segment, const MacAddress& mac, const Remote& where,
                const VtepAddress& contender) noexcept override;
  void membership_heard(const Segment& segment, std::span<const MembershipMessage> messages,
                        const std::optional<Remote>& from) noexcept override;
  void send_failed(const Segment& segment, const Remote& remote, int error) noexcept override;
  void superframe_refused(const Segment& segment) noexcept override;
  void train_refused(const Segment& segment, const Remote& remote, int error) noexcept override;

 private:
  EventQueue& queue_;
};

}  // namespace vxtap::daemon
