#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "dataplane/watch.hpp"
#include "vxtap/storm_control.hpp"
#include "vxtapd/event_queue.hpp"

namespace vxtap::daemon {

/// The packet path's side of `monitor drops`: what was dropped, at a bounded rate for each reason, so that a
/// flood of one neither hides the others nor costs the workers.
class DropStream final : public dataplane::Watch {
 public:
  /// Events a second of one reason; as many again may come at once.
  static constexpr std::uint32_t kRate = 20;

  explicit DropStream(EventQueue& queue);

  void saw(const dataplane::FromTap& sight) noexcept override;
  void saw(const dataplane::ToUnderlay& sight) noexcept override;
  void saw(const dataplane::FromUnderlay& sight) noexcept override;
  void saw(const dataplane::ToTap& sight) noexcept override;

  /// How many drops of each reason had no event since it was asked last. Any thread.
  std::array<std::uint64_t, kDropReasonCount> take_left_out() noexcept;

 private:
  struct Reason {
    TokenBucket bucket;
    std::atomic<std::uint64_t> left_out{0};
  };

  EventQueue& queue_;
  std::array<Reason, kDropReasonCount> reasons_;

  void push(const Segment* segment, DropEvent event, std::span<const BytesView> pieces) noexcept;
};

}  // namespace vxtap::daemon
