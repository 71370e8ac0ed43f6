#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/tap_pump.hpp"
#include "dataplane/underlay_pump.hpp"
#include "support/fake_network.hpp"
#include "support/fake_tap.hpp"

namespace vxtap::test {

/// What a case says of one segment; the rest is as a configuration file leaves it.
struct SegmentPlan {
  std::uint32_t vni = 100;
  std::vector<std::string> flood_to = {};
  SourcePolicy accept = SourcePolicy::any();
  bool learning = true;
  UnknownUnicast unknown_unicast = UnknownUnicast::kFlood;
  std::uint32_t limit = 65536;
  std::uint32_t ageing_seconds = 300;
  std::uint32_t shares = 0;  ///< VNI whose TAP it is on too
  std::uint16_t vid = 0;
  OuterPolicy outer = {};
  bool suppression = false;
  std::shared_ptr<const GroupTable> groups = {};  ///< not null: multicast is snooped
};

/// Remembers what the packet path had to say.
struct EventLog final : dataplane::Events {
  std::vector<std::string> lines;
  dataplane::Watch* watch = nullptr;  ///< is shown what passes

  void own_mac_seen(const Segment& segment, const VtepAddress& source) noexcept override;
  void mac_learned(const Segment&, const MacAddress&, const Remote&) noexcept override {}
  void mac_moved(const Segment& segment, const MacAddress& mac, const Remote& from,
                 const Remote& to) noexcept override;
  void mac_held(const Segment& segment, const MacAddress& mac, const Remote& where,
                const VtepAddress& contender) noexcept override;
  void membership_heard(const Segment& segment, const MembershipMessage& message,
                        const std::optional<Remote>& from) noexcept override;
  void send_failed(const Segment& segment, const Remote& remote, int error) noexcept override;
  void superframe_refused(const Segment& segment) noexcept override;
  void train_refused(const Segment& segment, const Remote& remote, int error) noexcept override;
  void saw(const dataplane::FromTap& sight) noexcept override { watch->saw(sight); }
  void saw(const dataplane::ToUnderlay& sight) noexcept override { watch->saw(sight); }
  void saw(const dataplane::FromUnderlay& sight) noexcept override { watch->saw(sight); }
  void saw(const dataplane::ToTap& sight) noexcept override { watch->saw(sight); }
};

/// A dataplane with one worker, one local VTEP address and a TAP for each segment.
class Vtep {
 public:
  Vtep(FakeNetwork& network, const VtepAddress& local, const std::vector<SegmentPlan>& plans);
  Vtep(const Vtep&) = delete;
  Vtep& operator=(const Vtep&) = delete;

  FakeTap& tap(std::uint32_t number = 100) { return *attachment(number).tap; }
  TapState& tap_state(std::uint32_t number = 100) { return *attachment(number).state; }
  SegmentTotals totals(std::uint32_t number = 100) const { return segment(number).state->totals(); }
  std::uint64_t dropped(DropReason reason, std::uint32_t number = 100) const;
  /// Before a segment was known.
  std::uint64_t dropped_without_segment(DropReason reason) const {
    return from_tap_.counters().unattributed().read(reason) +
           from_underlay_.counters().unattributed().read(reason);
  }
  std::uint64_t superframes_refused() const { return from_underlay_.counters().superframes_refused.read(); }
  FdbAccount& account(std::uint32_t number = 100) const { return segment(number).state->fdb; }
  SegmentState& state(std::uint32_t number = 100) const { return *segment(number).state; }
  const std::vector<std::string>& events() const noexcept { return events_.lines; }
  FakeUnderlay& underlay() noexcept { return underlay_; }

  /// From now on it is shown what it wants. It outlives the case.
  void show_to(dataplane::Watch& watch) noexcept {
    using Level = dataplane::Watch::Level;
    events_.watch = &watch;
    events_.set_level(watch.wants(false) ? Level::kEverything : Level::kDrops);
  }

  /// Where frames for `mac` go; nowhere when it is unknown.
  std::optional<Remote> knows(const MacAddress& mac, std::uint32_t number = 100) const;
  void pin(const MacAddress& mac, const Remote& remote, std::uint32_t number = 100);

  /// One batch from every port; how many frames and datagrams that was.
  std::size_t pump(TimePoint now);
  /// One whole round of ageing.
  std::size_t sweep(TimePoint now);

 private:
  struct Attachment {
    std::unique_ptr<FakeTap> tap = std::make_unique<FakeTap>();
    std::shared_ptr<TapState> state = std::make_shared<TapState>();
    TapId id = 0;
  };

  const Endpoint endpoint_;
  FakeUnderlay underlay_;
  std::map<std::uint32_t, Attachment> attachments_;  // by VNI
  SegmentTable table_;
  Fdb fdb_{1};
  dataplane::PortMap ports_;
  EventLog events_;
  dataplane::TapPump from_tap_{0, fdb_, ports_, events_};
  dataplane::UnderlayPump from_underlay_{1, fdb_, ports_, events_};

  Attachment& attachment(std::uint32_t number) { return attachments_.at(number); }
  const Segment& segment(std::uint32_t number) const;
  Segment make_segment(const SegmentPlan& plan);
};

/// VTEPs on one network and the clock they share.
struct Lab {
  FakeNetwork network;
  TimePoint now{std::chrono::hours(1)};

  Vtep& vtep(std::string_view local, const std::vector<SegmentPlan>& plans);
  Vtep& vtep(std::string_view local, SegmentPlan plan) { return vtep(local, std::vector{std::move(plan)}); }

  /// Carries frames until all is quiet. Throws when it never is: then frames go in circles.
  void settle();

 private:
  std::deque<Vtep> vteps_;
};

/// A host behind a TAP.
class Host {
 public:
  Host(MacAddress mac, FakeTap& tap) : mac_(mac), tap_(&tap) {}

  const MacAddress& mac() const noexcept { return mac_; }
  void says(std::string_view text, const MacAddress& destination) const {
    tap_->send(ethernet_frame(destination, mac_, text));
  }
  void says(std::string_view text, const Host& destination) const { says(text, destination.mac()); }
  void tells_all(std::string_view text) const { says(text, MacAddress::from_u64(0xFFFFFFFFFFFF)); }
  /// All that was ever handed to the host, in order.
  std::vector<std::string> heard() const;

 private:
  MacAddress mac_;
  FakeTap* tap_;
};

}  // namespace vxtap::test
