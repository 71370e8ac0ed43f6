#pragma once

#include <atomic>
#include <cstdint>

#include "dataplane/events.hpp"
#include "vxtapd/event_queue.hpp"
#include "vxtapd/watches.hpp"

namespace vxtap::daemon {

/// Writes the packet path's events to the log, each kind at a bounded rate per segment, and passes on what
/// the control thread has to know.
class EventLog final : public dataplane::Events {
 public:
  explicit EventLog(EventQueue& queue) : queue_(queue), watches_(*this) {}

  /// Those who are shown what passes.
  Watches& watches() noexcept { return watches_; }

  void own_mac_seen(const Segment& segment, const VtepAddress& source) noexcept override;
  void mac_learned(const Segment& segment, const MacAddress& mac, const Remote& remote) noexcept override;
  void mac_moved(const Segment& segment, const MacAddress& mac, const Remote& from,
                 const Remote& to) noexcept override;
  void mac_held(const Segment& segment, const MacAddress& mac, const Remote& where,
                const VtepAddress& contender) noexcept override;
  void mac_displaced(const Segment& segment, const MacAddress& mac, const Remote& remote) noexcept override;
  void membership_heard(const Segment& segment, const MembershipMessage& message,
                        const std::optional<Remote>& from) noexcept override;
  void stranger_heard(const Segment* segment, const Datagram& datagram) noexcept override;
  void frame_unmapped(TapId tap, BytesView frame) noexcept override;
  void send_failed(const Segment& segment, const Remote& remote, int error) noexcept override;
  void superframe_refused(const Segment& segment) noexcept override;
  void train_refused(const Segment& segment, const Remote& remote, int error) noexcept override;

  void saw(const dataplane::FromTap& sight) noexcept override {
    watches_.show(sight, sight.drop.has_value());
  }
  void saw(const dataplane::ToUnderlay& sight) noexcept override {
    watches_.show(sight, sight.result.error != 0);
  }
  void saw(const dataplane::FromUnderlay& sight) noexcept override {
    watches_.show(sight, sight.verdict.drop.has_value());
  }
  void saw(const dataplane::ToTap& sight) noexcept override { watches_.show(sight, sight.drop.has_value()); }

 private:
  EventQueue& queue_;
  Watches watches_;
  std::atomic<std::int64_t> unknown_vni_told_{INT64_MIN / 2};  // steady ms
  std::atomic<std::int64_t> unmapped_told_{INT64_MIN / 2};
};

}  // namespace vxtap::daemon
