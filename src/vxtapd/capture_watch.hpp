#pragma once

#include "control/daemon_api.hpp"
#include "dataplane/watch.hpp"
#include "inspect/frame_filter.hpp"
#include "vxtapd/capture_ring.hpp"

namespace vxtap::daemon {

/// The packet path's side of a capture: copies what is wanted into a ring. Whether a packet is wanted is
/// decided before anything is copied.
class CaptureWatch final : public dataplane::Watch {
 public:
  static constexpr std::size_t kRingBytes = 8 << 20;

  /// Throws inspect::BadFilter.
  explicit CaptureWatch(const control::CaptureRequest& request, std::size_t ring_bytes = kRingBytes);

  void saw(const dataplane::FromTap& sight) noexcept override;
  void saw(const dataplane::ToUnderlay& sight) noexcept override;
  void saw(const dataplane::FromUnderlay& sight) noexcept override;
  void saw(const dataplane::ToTap& sight) noexcept override;

  CaptureRing& ring() noexcept { return ring_; }
  const inspect::FrameFilter& filter() const noexcept { return filter_; }

 private:
  // Constant after construction.
  const control::CaptureRequest::Side side_;
  const std::optional<Vni> vni_;
  const bool superframes_;
  const inspect::FrameFilter filter_;

  CaptureRing ring_;

  bool of_segment(const Segment* segment) const noexcept;
  bool passes_as_frame(const Sighting& sighting, const FrameOffload& offload,
                       std::span<const BytesView> pieces) const noexcept;
  bool passes_as_train(const Outbound& copy) const noexcept;
  std::uint32_t packets_in(std::uint64_t packets) const noexcept;
};

}  // namespace vxtap::daemon
