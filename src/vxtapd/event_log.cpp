#include "vxtapd/event_log.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

#include "core/vlan_tag.hpp"
#include "io/system_error.hpp"
#include "vxtap/drop_reason.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::daemon {
namespace {

constexpr std::chrono::seconds kOwnMacEvery{60};
constexpr std::chrono::seconds kHoldEvery{10};
constexpr std::chrono::seconds kSendFailureEvery{10};
constexpr std::chrono::hours kRefusalEvery{1};
/// What the doctor shows the latest of.
constexpr std::chrono::milliseconds kSightingEvery{500};

/// True for one caller in each interval.
bool take_turn(std::atomic<std::int64_t>& last, std::chrono::milliseconds interval) noexcept {
  using std::chrono::duration_cast, std::chrono::milliseconds;
  const auto now = duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  auto before = last.load(std::memory_order_relaxed);
  if (now - before < interval.count()) return false;
  return last.compare_exchange_strong(before, now, std::memory_order_relaxed);
}

}  // namespace

void EventLog::own_mac_seen(const Segment& segment, const VtepAddress& source) noexcept {
  if (!take_turn(segment.state->own_mac_reported, kOwnMacEvery)) return;
  spdlog::warn("segment {} (vni {}): a host behind {} has this TAP's own MAC {}; give one of the two another",
               segment.name, segment.key.vni.value(), source.to_string(),
               MacAddress::from_u64(segment.tap_state->mac.load()).to_string());
}

void EventLog::mac_learned(const Segment& segment, const MacAddress& mac, const Remote& remote) noexcept {
  queue_.push(TableEvent{segment.key, control::FdbAction::kLearned, mac, remote, std::nullopt});
}

void EventLog::mac_moved(const Segment& segment, const MacAddress& mac, const Remote& from,
                         const Remote& to) noexcept {
  queue_.push(TableEvent{segment.key, control::FdbAction::kMoved, mac, to, from.address});
  if (!spdlog::should_log(spdlog::level::debug)) return;
  spdlog::debug("segment {} (vni {}): {} moved from {} to {}", segment.name, segment.key.vni.value(),
                mac.to_string(), from.address.to_string(), to.address.to_string());
}

void EventLog::mac_held(const Segment& segment, const MacAddress& mac, const Remote& where,
                        const VtepAddress& contender) noexcept {
  queue_.push(TableEvent{segment.key, control::FdbAction::kHeld, mac, where, contender});
  // A loop moves many at once, and so can whoever sends in the name of a remote.
  if (!take_turn(segment.state->hold_reported, kHoldEvery)) return;
  spdlog::warn(
      "segment {} (vni {}): {} moves too often and is held at {} for 30 s; {} claims it too: look for a loop "
      "or a duplicate MAC",
      segment.name, segment.key.vni.value(), mac.to_string(), where.address.to_string(),
      contender.to_string());
}

void EventLog::mac_displaced(const Segment& segment, const MacAddress& mac, const Remote& remote) noexcept {
  queue_.push(TableEvent{segment.key, control::FdbAction::kDeleted, mac, remote, std::nullopt});
}

void EventLog::membership_heard(const Segment& segment, const MembershipMessage& message,
                                const std::optional<Remote>& from) noexcept {
  if (!queue_.push(MembershipEvent{segment.key, message, from}))
    segment.state->memberships_missed.store(true, std::memory_order_relaxed);
}

void EventLog::stranger_heard(const Segment* segment, const Datagram& datagram) noexcept {
  if (!take_turn(segment == nullptr ? unknown_vni_told_ : segment->state->stranger_reported, kSightingEvery))
    return;
  const auto header = VxlanHeader::parse(datagram.payload);
  if (!header) return;
  StrangerEvent event{.vni = header->vni(), .source = {datagram.source, datagram.source_port}};
  if (segment != nullptr) event.segment = segment->key;
  queue_.push(event);
}

void EventLog::frame_unmapped(TapId tap, BytesView frame) noexcept {
  const auto header = EthernetHeader::parse(frame);
  // A host announces itself to groups on every interface (MLD, IGMP, LLDP): nobody misses that.
  if (!header || (header->destination.is_multicast() && !header->destination.is_broadcast())) return;
  if (!take_turn(unmapped_told_, kSightingEvery)) return;
  queue_.push(UnmappedEvent{tap, effective_vid(frame), header->source});
}

void EventLog::send_failed(const Segment& segment, const Remote& remote, int error) noexcept {
  if (!take_turn(segment.state->send_failure_reported, kSendFailureEvery)) return;
  spdlog::warn(
      "segment {} (vni {}): sending to {} failed: {}; check the route to the remote, the device and the "
      "firewall",
      segment.name, segment.key.vni.value(), to_string(remote), io::error_text(error));
}

void EventLog::superframe_refused(const Segment& segment) noexcept {
  if (!take_turn(segment.state->offload_refusal_reported, kRefusalEvery)) return;
  spdlog::warn(
      "segment {} (vni {}): the kernel refuses superframes written to the TAP; packets are written one by "
      "one: "
      "slower, nothing is lost; `tap.offload: off` keeps this from being tried",
      segment.name, segment.key.vni.value());
}

void EventLog::train_refused(const Segment& segment, const Remote& remote, int error) noexcept {
  if (!take_turn(segment.state->offload_refusal_reported, kRefusalEvery)) return;
  spdlog::warn(
      "segment {} (vni {}): the kernel refuses trains (UDP_SEGMENT) to {}: {}; datagrams are sent one by "
      "one: "
      "slower, nothing is lost; look for a device without checksum offload, IPsec, or an MTU too small for "
      "the "
      "TAP's",
      segment.name, segment.key.vni.value(), to_string(remote), io::error_text(error));
}

}  // namespace vxtap::daemon
