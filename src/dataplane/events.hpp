#pragma once

#include <optional>

#include "core/membership_message.hpp"
#include "dataplane/watch.hpp"
#include "vxtap/fdb.hpp"
#include "vxtap/ports.hpp"
#include "vxtap/segment.hpp"

namespace vxtap::dataplane {

/// What the packet path has to say beyond counting, and to show to whoever watches. Called on worker threads,
/// from any of them at once; an implementation limits its own rate and returns quickly.
class Events : public Watch {
 public:
  /// The host behind `source` uses the TAP's own MAC.
  virtual void own_mac_seen(const Segment& segment, const VtepAddress& source) noexcept = 0;
  virtual void mac_learned(const Segment& segment, const MacAddress& mac, const Remote& remote) noexcept = 0;
  virtual void mac_moved(const Segment& segment, const MacAddress& mac, const Remote& from,
                         const Remote& to) noexcept = 0;
  /// The MAC moved too often and is held where it is; `contender` is the other place.
  virtual void mac_held(const Segment& segment, const MacAddress& mac, const Remote& where,
                        const VtepAddress& contender) noexcept = 0;
  /// The entry had to go for another remote's: its own remote had more than a fair share of a full segment.
  virtual void mac_displaced(const Segment& /*segment*/, const MacAddress& /*mac*/,
                             const Remote& /*remote*/) noexcept {}
  /// IGMP, MLD or PIM from a remote, or from the local host with none.
  virtual void membership_heard(const Segment& segment, const MembershipMessage& message,
                                const std::optional<Remote>& from) noexcept = 0;
  /// A datagram of a VNI that is not configured here (`segment` is null), or from a source that its segment
  /// does not accept. Borrowed until the call returns.
  virtual void stranger_heard(const Segment* /*segment*/, const Datagram&) noexcept {}
  /// The host sent a frame into a trunk with a VID that no segment carries, or with none.
  virtual void frame_unmapped(TapId, BytesView /*frame*/) noexcept {}
  virtual void send_failed(const Segment& segment, const Remote& remote, int error) noexcept = 0;
  /// The kernel refused a superframe written to the segment's TAP; it was cut here.
  virtual void superframe_refused(const Segment& segment) noexcept = 0;
  /// The kernel refused a train to `remote`; its datagrams left one by one.
  virtual void train_refused(const Segment& segment, const Remote& remote, int error) noexcept = 0;
};

}  // namespace vxtap::dataplane
