// Both packet walks: theory of operation.
//
// A walk is a chain of questions; each either answers with a DropReason, which ends it, or adds to the
// verdict. The order is part of the contract (packets.md), because it decides which reason a doubly wrong
// packet is counted under. Nothing here counts, learns, sends or logs: workers carry verdicts out, and
// `explain` prints them. What needs more than tables is a question of its own that the pumps ask next: the
// neighbour's answer of step 3 (neighbours.hpp), storm control (storm_control.hpp), the path of step 6
// (path_fit.hpp).
#include "vxtap/forwarder.hpp"

#include <cstring>

#include "core/ecn.hpp"
#include "core/inner_ip.hpp"
#include "core/membership_message.hpp"
#include "core/outer_header.hpp"
#include "core/own_packet.hpp"
#include "core/vlan_tag.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap {
namespace {

/// The segment's frames as its TAP hands them over: which, and whether with a tag of the trunk's.
struct Attachment {
  const Segment* segment = nullptr;
  bool tagged = false;
};

/// Step 2.
Attachment attachment_of(const SegmentTable& segments, TapId tap, BytesView frame) noexcept {
  if (!segments.is_trunk(tap)) return {segments.by_tap(tap), false};
  const auto tag = VlanTag::parse(frame);
  const std::uint16_t vid = tag ? tag->vid : std::uint16_t{0};
  // Behind a priority's tag another VLAN's: no tag of the trunk's, and none that may pass as untagged.
  const bool disguised = vid == 0 && effective_vid(frame) != 0;
  return {disguised ? nullptr : segments.by_tap(tap, vid), tag.has_value()};
}

FloodKind flood_kind(const MacAddress& destination) noexcept {
  if (destination.is_broadcast()) return FloodKind::kBroadcast;
  return destination.is_multicast() ? FloodKind::kMulticast : FloodKind::kUnknownUnicast;
}

/// Where a multicast frame goes when its group is known, else null. Reports of memberships concern every
/// VTEP.
const std::vector<Remote>* group_remotes(const Segment& segment, const EthernetHeader& ethernet,
                                         const std::optional<InnerIp>& ip, BytesView frame) noexcept {
  if (segment.groups == nullptr) return nullptr;
  if (segment.multicast_snooping && is_membership_message(frame, ethernet)) return nullptr;
  if (ip)
    if (const auto group = load_address(frame, ip->address_offset() + ip->address_size(), ip->v6))
      if (const auto* remotes = segment.groups->by_ip(*group)) return remotes;
  return segment.groups->by_mac(ethernet.destination);
}

/// Step 4: the FDB's answer, the group's or the flood list.
std::optional<DropReason> choose_remotes(const Fdb& fdb, const EthernetHeader& ethernet,
                                         const std::optional<InnerIp>& ip, BytesView frame,
                                         TapVerdict& verdict) {
  const Segment& segment = *verdict.segment;
  const MacAddress& destination = ethernet.destination;
  if (destination.is_multicast()) {
    if (const auto* remotes = group_remotes(segment, ethernet, ip, frame)) {
      verdict.some_remotes = *remotes;
      return std::nullopt;
    }
  } else {
    if (const auto hit = fdb.lookup({segment.key, destination})) {
      verdict.unicast = hit->remote;
      return std::nullopt;
    }
    if (segment.unknown_unicast == UnknownUnicast::kDrop) return DropReason::kUnknownUnicast;
  }
  if (segment.flood_list.empty()) return DropReason::kNoRemote;
  verdict.flooded = flood_kind(destination);
  return std::nullopt;
}

/// Steps 1 to 6: does the outer packet belong to a segment of ours?
std::optional<DropReason> find_segment(const SegmentTable& segments, const Endpoint& endpoint,
                                       const Datagram& datagram, UnderlayVerdict& verdict) {
  if (datagram.source == endpoint.local) return DropReason::kOwnAddress;
  const auto header = VxlanHeader::parse(datagram.payload);
  if (!header) return DropReason::kHeaderTruncated;
  if (!header->has_vni()) return DropReason::kVniFlagMissing;
  verdict.segment = segments.by_key({endpoint.id, header->vni()});
  if (verdict.segment == nullptr) return DropReason::kVniUnknown;
  if (!verdict.segment->accept.accepts(datagram.source)) return DropReason::kSourceNotAccepted;
  if ((header->reserved() & ~verdict.segment->tolerated_bits) != 0) return DropReason::kReservedBits;
  verdict.inner = datagram.payload.subspan(kVxlanHeaderSize);
  return std::nullopt;
}

/// On a trunk a tag inside the untagged segment would be read as another segment's VID.
bool leaves_its_vlan(const SegmentTable& segments, const Segment& segment, BytesView inner) noexcept {
  if (segment.vid != 0 || !segments.is_trunk(segment.tap)) return false;
  return effective_vid(inner) != 0;
}

/// Steps 8 to 10: may this source MAC come from there, and what does it teach?
std::optional<DropReason> check_source(const Fdb& fdb, const Datagram& datagram, const MacAddress& source,
                                       UnderlayVerdict& verdict) {
  const Segment& segment = *verdict.segment;
  if (!source.is_zero() && source.to_u64() == segment.tap_state->mac.load(std::memory_order_relaxed))
    return DropReason::kOwnMac;
  if (segment.learning && (source.is_multicast() || source.is_zero())) return DropReason::kInnerSourceInvalid;
  const auto hit = fdb.lookup({segment.key, source});
  const bool same_remote = hit && hit->remote.address == datagram.source;
  if (hit && hit->state != FdbState::kReachable && !same_remote) return DropReason::kFdbPinned;
  if (!segment.learning) return std::nullopt;
  // Nothing can be sent to port 0, from which RFC 768 lets send who wants no answer.
  const bool learns_port = segment.learn_port && datagram.source_port != 0;
  const std::uint16_t port = learns_port ? datagram.source_port : segment.port;
  const bool same_port = !segment.learn_port || (same_remote && hit->remote.port == port);
  if (same_remote && same_port)
    verdict.learning = {Learning::Step::kRefresh, source, hit->remote, {}, hit->heard};
  else
    verdict.learning = {
        Learning::Step::kLearn, source, {datagram.source, port}, hit ? hit->remote : Remote{}, nullptr};
  return std::nullopt;
}

/// Step 11: the outer ECN field goes into the inner header.
std::optional<DropReason> carry_ecn(const Datagram& datagram, const EthernetHeader& ethernet,
                                    MutableBytes inner) noexcept {
  if ((datagram.tos & kEcnMask) == 0) return std::nullopt;  // the inner field stays, whatever it is
  const auto ip = InnerIp::parse(ethernet, inner);
  if (!ip || decapsulate_ecn(*ip, datagram.tos, inner)) return std::nullopt;
  return DropReason::kEcnInvalid;
}

}  // namespace

TapVerdict from_tap(const SegmentTable& segments, const Fdb& fdb, TapId tap, const Frame& frame) noexcept {
  TapVerdict verdict;
  const Attachment attachment = attachment_of(segments, tap, frame.bytes);
  verdict.segment = attachment.segment;
  verdict.tagged = attachment.tagged;
  const auto ethernet = EthernetHeader::parse(frame.bytes);
  if (!ethernet || (verdict.tagged && frame.bytes.size() < kEthernetHeaderSize + kVlanTagSize)) {
    verdict.drop = DropReason::kTapRunt;
    return verdict;
  }
  if (verdict.segment == nullptr) {
    verdict.drop = DropReason::kVlanUnmapped;
    return verdict;
  }
  const auto ip = InnerIp::parse(*ethernet, frame.bytes);
  verdict.drop = choose_remotes(fdb, *ethernet, ip, frame.bytes, verdict);
  if (!verdict.drop && ip && is_own_packet(segments, verdict, *ip, frame.bytes))
    verdict.drop = DropReason::kOwnAddress;
  if (verdict.drop) return verdict;
  verdict.inner_dont_fragment = ip && ip->dont_fragment;
  verdict.outer = outer_header(*verdict.segment, *ethernet, ip, frame.bytes);
  return verdict;
}

UnderlayVerdict from_underlay(const SegmentTable& segments, const Fdb& fdb, const Endpoint& endpoint,
                              const Datagram& datagram) noexcept {
  UnderlayVerdict verdict;
  verdict.drop = find_segment(segments, endpoint, datagram, verdict);
  if (verdict.drop) return verdict;
  const auto ethernet = EthernetHeader::parse(verdict.inner);
  if (!ethernet) {
    verdict.drop = DropReason::kInnerTruncated;
    return verdict;
  }
  if (leaves_its_vlan(segments, *verdict.segment, verdict.inner)) {
    verdict.drop = DropReason::kVlanUnmapped;
    return verdict;
  }
  verdict.drop = check_source(fdb, datagram, ethernet->source, verdict);
  if (verdict.drop) return verdict;
  verdict.drop = carry_ecn(datagram, *ethernet, verdict.inner);
  if (verdict.segment->tap_state->up.load(std::memory_order_relaxed)) return verdict;
  if (!verdict.drop) verdict.drop = DropReason::kTapDown;
  verdict.learning = {};  // its dynamic entries were removed when it went down
  return verdict;
}

void expect_from_tap(const SegmentTable& segments, const Fdb& fdb, TapId tap, const Frame& frame) noexcept {
  const Segment* segment = attachment_of(segments, tap, frame.bytes).segment;
  const auto destination = load_be<std::uint64_t>(frame.bytes, 0);
  if (segment != nullptr && destination)
    fdb.prefetch({segment->key, MacAddress::from_u64(*destination >> 16)});
}

void expect_from_underlay(const Fdb& fdb, const Endpoint& endpoint, const Datagram& datagram) noexcept {
  constexpr std::size_t kInnerSource = kVxlanHeaderSize + sizeof(MacAddress::Octets);
  const auto header = VxlanHeader::parse(datagram.payload);
  const auto source = load_be<std::uint64_t>(datagram.payload, kInnerSource);
  if (header && source) fdb.prefetch({{endpoint.id, header->vni()}, MacAddress::from_u64(*source >> 16)});
}

bool begin_alike(BytesView payload, BytesView other) noexcept {
  if (payload.size() < kAlikeHeaders || other.size() < kAlikeHeaders ||
      std::memcmp(payload.data(), other.data(), kAlikeHeaders) != 0)
    return false;
  // What a tag says stands behind them.
  const auto type = load_be<std::uint16_t>(payload, kAlikeHeaders - sizeof(std::uint16_t));
  return !is_vlan_tag(*type);
}

UnderlayVerdict from_underlay_again(const UnderlayVerdict& before, const Datagram& datagram) noexcept {
  UnderlayVerdict verdict;
  verdict.segment = before.segment;
  verdict.inner = datagram.payload.subspan(kVxlanHeaderSize);
  if (const auto ethernet = EthernetHeader::parse(verdict.inner))
    verdict.drop = carry_ecn(datagram, *ethernet, verdict.inner);
  return verdict;
}

std::optional<LearnOutcome> learn(const UnderlayVerdict& verdict, Fdb& fdb, Tick now,
                                  std::optional<FdbEntry>* displaced) noexcept {
  switch (verdict.learning.step) {
    case Learning::Step::kNone:
      return std::nullopt;
    case Learning::Step::kRefresh:
      std::atomic_ref(*verdict.learning.heard).store(now, std::memory_order_relaxed);
      return LearnOutcome::kRefreshed;
    case Learning::Step::kLearn:
      return fdb.learn({verdict.segment->key, verdict.learning.source}, verdict.learning.remote, now,
                       verdict.segment->state->fdb, displaced);
  }
  return std::nullopt;
}

}  // namespace vxtap
