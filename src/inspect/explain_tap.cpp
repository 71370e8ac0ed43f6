// From a TAP to the underlay: the forwarding function's verdict, and behind it the questions of
// dataplane/tap_pump.cpp in their order.
#include <algorithm>

#include "core/vlan_tag.hpp"
#include "inspect/explain.hpp"
#include "inspect/mends.hpp"
#include "inspect/outer_packet.hpp"
#include "inspect/walk.hpp"
#include "inspect/words.hpp"
#include "offload/neighbour_messages.hpp"
#include "offload/overlay_protocol.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/path_fit.hpp"

namespace vxtap::inspect {
namespace {

class TapWalk {
 public:
  TapWalk(const Tables& tables, Surroundings& around, TapId tap, BytesView frame)
      : tables_(tables), around_(around), tap_(tap), room_(kFrameHeadroom + frame.size()) {
    std::ranges::copy(frame, room_.begin() + kFrameHeadroom);
    frame_ = {MutableBytes(room_).subspan(kFrameHeadroom), {}};
  }

  Explanation run() {
    verdict_ = from_tap(tables_.segments, tables_.fdb, tap_, frame_);
    out_.segment = verdict_.segment;
    out_.tap = around_.tap_name(tap_);
    const bool whole = frame_size() && vlan();
    if (whole) segment();
    if (!whole || suppression() || !destination()) return finish();
    if (verdict_.tagged) frame_ = untagged(frame_);
    if (storm_control() && path()) send();
    return finish();
  }

 private:
  const Tables& tables_;
  Surroundings& around_;
  const TapId tap_;
  Bytes room_;
  Frame frame_;
  TapVerdict verdict_;
  Explanation out_;
  Walk walk_{out_};
  Place chosen_;  // what made the remotes the destination

  const Segment& seg() const { return *verdict_.segment; }
  Place key(std::string_view path) { return around_.key(seg(), path); }
  std::uint16_t vid() const {
    const auto tag = VlanTag::parse(frame_.bytes);
    return tag ? tag->vid : std::uint16_t{0};
  }
  /// Behind the tag of a priority, 0 for none.
  std::uint16_t disguised_vid() const { return vid() == 0 ? effective_vid(frame_.bytes) : std::uint16_t{0}; }

  Explanation finish() {
    out_.inner.assign(frame_.bytes.begin(), frame_.bytes.end());
    if (out_.reason == DropReason::kVlanUnmapped)
      out_.change = disguised_vid() != 0 ? Mends{"take the outer tag, of VID 0, off at its sender"}
                                         : mend_unmapped(out_.tap, vid());
    else
      out_.change = mend_tap(verdict_, out_, frame_.bytes, around_);
    if (const Segment* segment = verdict_.segment) note_tap(*segment);
    return std::move(out_);
  }

  void note_tap(const Segment& segment) {
    if (segment.tap_state->up.load(std::memory_order_relaxed)) return;
    out_.notes.push_back(
        join({out_.tap, " is down: nothing can come from it until `ip link set ", out_.tap, " up`"}));
  }

  bool frame_size() {
    const std::size_t size = frame_.bytes.size();
    const std::size_t least = kEthernetHeaderSize + (verdict_.tagged ? kVlanTagSize : 0);
    if (verdict_.drop != DropReason::kTapRunt) {
      walk_.pass("frame", counted(size, "byte") + ": an Ethernet header, and " +
                              counted(size - kEthernetHeaderSize, "byte") + " behind it");
      return true;
    }
    walk_.drop("frame", DropReason::kTapRunt,
               join({counted(size, "byte"), ": shorter than an Ethernet header",
                     verdict_.tagged ? " and the trunk's tag" : "", " (", std::to_string(least), ")"}));
    return false;
  }

  /// The segments that share the TAP: "10 (blue), 20 (red), untagged (green)"; a trunk may have thousands.
  std::string carried() const {
    constexpr std::size_t kMost = 8;
    std::string out;
    std::size_t count = 0;
    for (const Segment& segment : tables_.segments.segments()) {
      if (segment.tap != tap_ || ++count > kMost) continue;
      if (!out.empty()) out += ", ";
      out += (segment.vid == 0 ? "untagged" : std::to_string(segment.vid)) + " (" + segment.name + ")";
    }
    return count > kMost ? out + " and " + std::to_string(count - kMost) + " more" : out;
  }

  bool vlan() {
    const bool trunk = tables_.segments.is_trunk(tap_);
    const std::string frames = vid() == 0 ? "untagged frames" : "VID " + std::to_string(vid());
    if (verdict_.drop == DropReason::kVlanUnmapped) {
      const auto disguised = disguised_vid();
      walk_.drop("vlan", DropReason::kVlanUnmapped,
                 disguised != 0
                     ? join({"the tag says VID 0, and one behind it VID ", std::to_string(disguised),
                             ": who receives it takes it for that VLAN's, ", out_.tap, " for untagged"})
                     : join({out_.tap, " carries ", carried(), ", and no segment takes ", frames}));
      return false;
    }
    if (trunk)
      walk_.pass("vlan",
                 join({out_.tap, " is a trunk: ", frames, vid() == 0 ? " are those of " : " is ",
                       in_words(seg()), verdict_.tagged ? "; the tag stays here" : ""}),
                 key("vlan"));
    else
      walk_.info("vlan",
                 out_.tap + " is no trunk: frames pass as they are, with their tags if they have any");
    return true;
  }

  void segment() {
    const bool up = seg().tap_state->up.load(std::memory_order_relaxed);
    walk_.pass("segment", out_.tap + " belongs to " + in_words(seg()), key("vni"));
    if (!up) walk_.info("tap", out_.tap + " is down: nothing can come from it until it is up", key("tap"));
  }

  /// True: answered, it goes no further.
  bool suppression() {
    const auto trunk_tag = seg().vid != 0 ? kVlanTagSize : std::size_t{0};
    switch (overlay_protocol(seg(), frame_.bytes, trunk_tag)) {
      case OverlayProtocol::kNone:
        walk_.info("suppression",
                   seg().neighbours != nullptr
                       ? "no ARP and no neighbour discovery of the segment's own VLAN: not answered"
                       : "neighbour_suppression is off: ARP and neighbour discovery are forwarded",
                   key("neighbour_suppression"));
        return false;
      case OverlayProtocol::kMemberships:
        walk_.info("suppression",
                   "IGMP, MLD or PIM of the local host: heard by multicast snooping, and forwarded",
                   key("multicast_snooping"));
        return false;
      case OverlayProtocol::kNeighbours:
        break;
    }
    std::array<std::uint8_t, kNeighbourReplyMax> reply;
    const auto size = answer_neighbour_request(frame_.bytes, *seg().neighbours, to_tick(tables_.now), reply);
    if (!size || !seg().tap_state->up.load(std::memory_order_relaxed)) {
      walk_.pass("suppression",
                 "ARP or neighbour discovery, but no question whose answer is known: forwarded",
                 key("neighbour_suppression"));
      return false;
    }
    out_.answer.assign(reply.begin(), reply.begin() + static_cast<std::ptrdiff_t>(*size));
    answered();
    return true;
  }

  void answered() {
    const auto ethernet = EthernetHeader::parse(out_.answer);
    const auto ip = answered_ip(*ethernet);
    const auto known = ip ? seg().neighbours->find(*ip, to_tick(tables_.now)) : std::nullopt;
    const bool configured = known && known->configured;
    const std::string from = !known ? "it is known"
                             : configured
                                 ? "`neighbours` has it"
                                 : "learned, heard " + age(to_tick(tables_.now), known->heard) + " ago";
    const Place where = configured ? around_.neighbour(seg(), *ip) : key("neighbour_suppression");
    walk_.info("suppression",
               join({"answered to the TAP: ", ip ? ip->to_string() : "the address", " is at ",
                     ethernet->source.to_string(), " (", from, "); it goes no further"}),
               where);
    walk_.decide(Outcome::kAnswered, where);
  }

  /// Whose address the reply tells: the sender of an ARP reply, the source of an advertisement.
  std::optional<VtepAddress> answered_ip(const EthernetHeader& ethernet) const {
    constexpr std::size_t kArpSender = 14, kIpv6Source = 8;
    const bool v6 = ethernet.ether_type == static_cast<std::uint16_t>(EtherType::kIpv6);
    return load_address(out_.answer, ethernet.size + (v6 ? kIpv6Source : kArpSender), v6);
  }

  /// False: dropped.
  bool destination() {
    const MacAddress mac = EthernetHeader::parse(frame_.bytes)->destination;
    if (verdict_.drop) {
      drop_destination(mac);
      return false;
    }
    if (verdict_.flooded)
      flood(mac);
    else if (!verdict_.some_remotes.empty())
      group(mac);
    else
      unicast(mac);
    walk_.decide(verdict_.flooded ? Outcome::kFlooded : Outcome::kForwarded, chosen_);
    return true;
  }

  void drop_destination(const MacAddress& mac) {
    if (verdict_.drop == DropReason::kOwnAddress)
      return walk_.drop(
          "destination", verdict_.drop,
          "a packet that this VTEP encapsulated itself: the route to its remote leads into " + out_.tap,
          key("peers"));
    const bool unknown = verdict_.drop == DropReason::kUnknownUnicast;
    const Place where = key(unknown ? "fdb.unknown_unicast" : "peers");
    walk_.drop("destination", verdict_.drop,
               unknown ? mac.to_string() + " is not in the FDB, and `unknown_unicast` is drop"
                       : mac.to_string() + " would be flooded, but the flood list is empty",
               where);
  }

  void flood(const MacAddress& mac) {
    const auto& list = seg().flood_list;
    const std::string_view why = *verdict_.flooded == FloodKind::kUnknownUnicast ? " is not in the FDB"
                                 : *verdict_.flooded == FloodKind::kMulticast    ? " is multicast"
                                                                                 : " is broadcast";
    const bool group = list.front().address.is_multicast();
    chosen_ = around_.flood_remote(seg(), list.front());
    walk_.pass("destination",
               join({mac.to_string(), why, ": flooded to ",
                     group ? "the group" : counted(list.size(), "remote"), ", ", in_words(list)}),
               chosen_);
  }

  void group(const MacAddress& mac) {
    chosen_ =
        seg().multicast_snooping ? key("multicast_snooping") : Place{"made over the control socket", 0, true};
    walk_.pass("destination",
               join({mac.to_string(), " is a group that is known: it goes to ",
                     counted(verdict_.some_remotes.size(), "remote"), " with listeners, ",
                     in_words(verdict_.some_remotes)}),
               chosen_);
  }

  void unicast(const MacAddress& mac) {
    const auto hit = tables_.fdb.lookup({seg().key, mac});
    // Between the two look-ups it may have aged.
    const auto origin = hit ? hit->origin : FdbOrigin::kLearned;
    const std::string_view made = origin == FdbOrigin::kLearned   ? "learned"
                                  : origin == FdbOrigin::kControl ? "made over the control socket"
                                                                  : "of the configuration";
    const bool ages = hit && hit->state == FdbState::kReachable;
    chosen_ = around_.entry(seg(), mac, origin);
    walk_.pass("destination",
               join({mac.to_string(), " is at ", to_string(verdict_.unicast), ": FDB entry, ", made,
                     hit ? ", " : "", hit ? in_words(hit->state) : "", ages ? ", heard " : "",
                     ages ? age(to_tick(tables_.now), hit->heard_at) + " ago" : ""}),
               chosen_);
  }

  bool storm_control() {
    if (!verdict_.flooded) {
      walk_.info("storm_control", "not flooded: no limit holds for it");
      return true;
    }
    const FloodKind kind = *verdict_.flooded;
    const StormControl& storm = seg().state->storm;
    const TokenBucket& bucket = storm.of(kind);
    const Place where = key(join({"storm_control.", in_words(kind)}));
    if (bucket.rate() == 0) {
      walk_.info("storm_control", join({"`", in_words(kind), "` has no limit"}), where);
      return true;
    }
    const std::string limit =
        join({"`", in_words(kind), "` is limited to ", std::to_string(bucket.rate()), " a second"});
    if (bucket.would_take(tables_.now)) {
      walk_.pass("storm_control", limit + ", and at this moment there is room", where);
      return true;
    }
    walk_.drop("storm_control", DropReason::kStormControl, limit + ", which are used up at this moment",
               where);
    return false;
  }

  bool path() {
    const std::uint32_t size = outer_size(verdict_, frame_);
    const bool always = fits_any_path(verdict_, size);
    std::string too_big, fragments;
    for (const Remote& remote : verdict_.remotes()) {
      Copy copy = make_copy(remote, size);
      copy.fit = always ? PathFit::kFits : path_fit(verdict_, size, copy.path_mtu);
      if (copy.fit == PathFit::kTooBig) copy.drop = DropReason::kTooBig;
      auto& list = copy.fit == PathFit::kTooBig ? too_big : fragments;
      if (copy.fit != PathFit::kFits)
        list += (list.empty() ? "" : ", ") + remote.address.to_string() + " (" +
                std::to_string(copy.path_mtu) + ")";
      out_.copies.push_back(std::move(copy));
    }
    std::string why = "the outer packet has " + counted(size, "byte");
    if (too_big.empty() && fragments.empty()) why += always ? ", which every path carries" : " and fits";
    if (!fragments.empty()) why += "; it is fragmented to " + fragments;
    if (!too_big.empty()) why += "; too big for the path MTU to " + too_big + whole_words();
    if (std::ranges::any_of(out_.copies, [](const Copy& copy) { return !copy.drop; })) {
      walk_.pass("path", why, fragments.empty() ? Place{} : key("underlay.df"));
      return true;
    }
    walk_.drop("path", DropReason::kTooBig, why,
               key(verdict_.inner_dont_fragment ? "tap.mtu" : "underlay.df"));
    return false;
  }

  /// Why it is not fragmented, and what its sender hears.
  std::string whole_words() const {
    if (!verdict_.inner_dont_fragment) return ", and `df: set` forbids fragments";
    std::uint32_t narrowest = UINT32_MAX;
    for (const Copy& copy : out_.copies)
      if (copy.drop) narrowest = std::min(narrowest, copy.path_mtu);
    const std::size_t header = EthernetHeader::parse(frame_.bytes)->size;
    return ", and the inner packet must stay whole: its sender is told an MTU of " +
           std::to_string(inner_mtu(verdict_, header, narrowest));
  }

  Copy make_copy(const Remote& remote, std::uint32_t size) {
    auto route = around_.route(seg(), remote);
    Copy copy{.remote = remote,
              .where = verdict_.flooded ? around_.flood_remote(seg(), remote) : chosen_,
              .route = route,
              .loop = route ? around_.own_overlay(route->device) : std::string(),
              .path_mtu = around_.path_mtu(seg(), remote),
              .outer_size = size,
              .drop = std::nullopt,
              .outer = {}};
    const Sending sending = around_.sending(seg(), verdict_.outer);
    copy.source_port = sending.source_port;
    copy.outer = outer_packet({seg().local, remote, verdict_.outer, sending}, frame_.bytes);
    return copy;
  }

  /// Where the copy comes out again.
  std::string note_loop(const Copy& copy) {
    const auto remote = copy.remote.address.to_string();
    out_.notes.push_back(join({"a loop: the route to ", remote, " leads into our own overlay, by ", copy.loop,
                               "; what is encapsulated comes back and is dropped as own_address, and ",
                               remote, " is not reached"}));
    return join({"; to ", remote, " back into our own overlay, by ", copy.loop});
  }

  void send() {
    std::string lost, loops;
    bool any = false;
    for (Copy& copy : out_.copies) {
      if (!copy.drop && !copy.route) {
        copy.drop = DropReason::kUnderlaySendFailed;
        lost += (lost.empty() ? "" : ", ") + copy.remote.address.to_string();
      }
      any = any || !copy.drop;
      if (!copy.drop && !copy.loop.empty()) loops += note_loop(copy);
    }
    const std::string way =
        join({"from ", seg().local.to_string(), " port ", std::to_string(out_.copies.front().source_port),
              ", which the inner flow chooses"});
    if (any)
      return walk_.pass("send", (lost.empty() ? way : way + "; no route to " + lost) + loops,
                        key("underlay.source_port"));
    const DropReason reason = lost.empty() ? *out_.copies.front().drop : DropReason::kUnderlaySendFailed;
    walk_.drop("send", reason, "the kernel has no route to " + lost, key("underlay.local"));
  }
};

}  // namespace

Explanation explain_from_tap(const Tables& tables, Surroundings& surroundings, TapId tap, BytesView frame) {
  return TapWalk(tables, surroundings, tap, frame).run();
}

}  // namespace vxtap::inspect
