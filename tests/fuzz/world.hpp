#pragma once

#include <map>
#include <vector>

#include "fuzz/input.hpp"
#include "unit/inspect/rig.hpp"

namespace vxtap::fuzz {

/// What the packet path shows of every packet. Looks at all bytes, and keeps those of frames.
struct Onlooker : test::SilentEvents {
  struct Frame {
    Bytes bytes;
    std::optional<DropReason> drop;
    bool answered = false;
    bool tagged = false;
    std::size_t remotes = 0;
  };
  std::vector<Frame> from_tap;
  std::size_t from_underlay = 0, withheld = 0;
  std::size_t superframes = 0;  ///< datagrams that may stand for several packets
  std::size_t sent_datagrams = 0, failed_datagrams = 0;

  Onlooker() { set_level(Level::kEverything); }
  /// What was shown so far is forgotten.
  void reset();
  void saw(const dataplane::FromTap& seen) noexcept override;
  void saw(const dataplane::ToUnderlay& seen) noexcept override;
  void saw(const dataplane::FromUnderlay& seen) noexcept override;
  void saw(const dataplane::ToTap& seen) noexcept override;
};

/// Sums over all segments, and what belongs to none.
struct Sums {
  std::uint64_t tx_packets = 0, rx_packets = 0, rx_bytes = 0, suppressed = 0;
  std::array<std::uint64_t, kDropReasonCount> drops{};

  std::uint64_t dropped() const;
};

/// A dataplane over in-memory fakes. TAP 0 is a trunk of VNIs 100 (untagged), 110 (VID 10) and 120 (VID 20),
/// TAP 1 carries VNI 130 alone; 100 and 110 are of local VTEP 0 (IPv4), the others of 1 (IPv6). The rest of a
/// segment is the input's choice, a few bytes each.
class World {
 public:
  static constexpr TapId kTaps = 2;

  explicit World(Input& input);

  Onlooker seen;
  test::Rig rig{&seen};

  Sums sums() const;
  /// One of the few addresses that mean something here, by choice.
  static VtepAddress peer(EndpointId local, std::size_t choice);

 private:
  Segment segment(SegmentKey key, TapId tap, std::uint16_t vid, Input& input);
  void watch(Segment& segment, std::uint8_t how);
  void fill(const Segment& segment, std::uint8_t how);
};

}  // namespace vxtap::fuzz
