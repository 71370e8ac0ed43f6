#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/tap_pump.hpp"
#include "dataplane/underlay_pump.hpp"
#include "inspect/explain.hpp"
#include "support/fake_network.hpp"
#include "support/fake_tap.hpp"
#include "support/silent_events.hpp"

namespace vxtap::test {

/// A dataplane over in-memory fakes whose tables a case fills in, and explanations of the same tables.
class Rig : public inspect::Surroundings {
 public:
  /// The dataplane tells `events`, which outlive it, or nobody.
  explicit Rig(dataplane::Events* events = nullptr) : events_(events == nullptr ? silence_ : *events) {}

  /// One TAP's and one local VTEP's part of it.
  struct Tap {
    FakeTap port;
    std::shared_ptr<TapState> state = std::make_shared<TapState>();
  };
  struct Local {
    Endpoint endpoint;
    std::unique_ptr<FakeUnderlay> port;
  };

  FakeNetwork network;
  std::map<TapId, Tap> taps;
  std::map<EndpointId, Local> locals;
  Fdb fdb{1};
  TimePoint now{std::chrono::hours(1)};
  std::string own_device;  ///< routes by it lead into a TAP of ours

  Tap& add_tap(TapId id);
  Local& add_local(EndpointId id, const VtepAddress& address);
  /// With the rest as a configuration file leaves it.
  Segment make_segment(SegmentKey key, TapId tap, std::uint16_t vid = 0);
  void publish(std::vector<Segment> segments) { table_ = SegmentTable(std::move(segments)); }
  const SegmentTable& table() const noexcept { return table_; }

  inspect::Explanation explain_tap(TapId tap, const Bytes& frame);
  inspect::Explanation explain_underlay(EndpointId local, const Packet& packet);
  void send_tap(TapId tap, const Bytes& frame, const FrameOffload& offload = {});
  /// One batch of what the host sent.
  void pump_tap(TapId tap);
  void send_underlay(EndpointId local, const Packet& packet);
  /// One batch of what waits at the local VTEP; returns how many packets it had.
  std::size_t receive(EndpointId local);

  /// Everything that counts or remembers, as text: two that are equal mean that nothing happened in between.
  std::string everything() const;
  std::uint64_t unattributed(DropReason reason) const;

  std::string tap_name(TapId tap) override { return "tap" + std::to_string(tap); }
  std::string endpoint_name(EndpointId id) override {
    return locals.at(id).endpoint.local.to_string() + ":4789";
  }
  inspect::Sending sending(const Segment& segment, const OuterHeader& outer) override;
  std::optional<io::Route> route(const Segment& segment, const Remote& remote) override;
  std::string own_overlay(const std::string& device) override { return device == own_device ? device : ""; }
  std::uint32_t path_mtu(const Segment&, const Remote& remote) override { return network.path_mtu(remote); }
  inspect::Accepted accepted(const Segment&) override { return {"its peers", true}; }
  inspect::Place key(const Segment&, std::string_view path) override { return {"f:" + std::string(path), 7}; }
  inspect::Place flood_remote(const Segment&, const Remote&) override { return {"f:9", 9}; }
  inspect::Place entry(const Segment&, const MacAddress&, FdbOrigin) override { return {"f:8", 8}; }
  inspect::Place neighbour(const Segment&, const VtepAddress&) override { return {"f:6", 6}; }

 private:
  SegmentTable table_;
  dataplane::PortMap ports_;
  SilentEvents silence_;
  dataplane::Events& events_;
  dataplane::TapPump from_tap_{0, fdb, ports_, events_};
  dataplane::UnderlayPump from_underlay_{1, fdb, ports_, events_};
};

/// The step of that name; null when the explanation has none.
const inspect::Step* step_of(const inspect::Explanation& explained, std::string_view name);

}  // namespace vxtap::test
