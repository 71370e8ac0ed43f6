// From the underlay to a TAP: the forwarding function's verdict, and behind it the questions of
// dataplane/underlay_pump.cpp in their order.
#include <algorithm>
#include <array>
#include <stdexcept>

#include "core/ecn.hpp"
#include "core/vlan_tag.hpp"
#include "inspect/explain.hpp"
#include "inspect/mends.hpp"
#include "inspect/walk.hpp"
#include "inspect/words.hpp"
#include "offload/membership_parser.hpp"
#include "offload/overlay_protocol.hpp"
#include "offload/partial_checksum.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::inspect {
namespace {

class UnderlayWalk {
 public:
  UnderlayWalk(const Tables& tables, Surroundings& around, const Endpoint& endpoint, const Datagram& datagram)
      : tables_(tables),
        around_(around),
        endpoint_(endpoint),
        room_(datagram.payload.begin(), datagram.payload.end()),
        before_(room_),
        datagram_(datagram) {
    datagram_.payload = room_;
    datagram_.train_size = 0;
  }

  Explanation run() {
    verdict_ = from_underlay(tables_.segments, tables_.fdb, endpoint_, datagram_);
    out_.segment = verdict_.segment;
    if (out_.segment != nullptr) out_.tap = around_.tap_name(seg().tap);
    using Question = void (UnderlayWalk::*)();
    constexpr std::array<Question, 14> kQuestions{
        &UnderlayWalk::own_address,  &UnderlayWalk::header, &UnderlayWalk::vni_flag,
        &UnderlayWalk::segment,      &UnderlayWalk::source, &UnderlayWalk::reserved,
        &UnderlayWalk::inner,        &UnderlayWalk::vlan,   &UnderlayWalk::own_mac,
        &UnderlayWalk::inner_source, &UnderlayWalk::pinned, &UnderlayWalk::learning,
        &UnderlayWalk::ecn,          &UnderlayWalk::tap_up};
    for (const Question question : kQuestions) {
      (this->*question)();
      if (ended_) return finish();
    }
    // A reason that no question here asks for would be told wrongly, which is worse than not at all.
    if (verdict_.drop) throw std::logic_error("no step for " + std::string(to_string(*verdict_.drop)));
    if (!withheld()) deliver();
    return finish();
  }

 private:
  const Tables& tables_;
  Surroundings& around_;
  const Endpoint endpoint_;
  Bytes room_;
  const Bytes before_;  // as it arrived
  Datagram datagram_;
  UnderlayVerdict verdict_;
  bool ended_ = false;
  Explanation out_;
  Walk walk_{out_};

  const Segment& seg() const { return *verdict_.segment; }
  Place key(std::string_view path) { return around_.key(seg(), path); }
  std::string from() const { return datagram_.source.to_string(); }
  BytesView inner_before() const { return BytesView(before_).subspan(kVxlanHeaderSize); }
  MacAddress inner_mac() const { return EthernetHeader::parse(verdict_.inner)->source; }

  Explanation finish() {
    if (out_.inner.empty()) out_.inner.assign(verdict_.inner.begin(), verdict_.inner.end());
    out_.change = mend_underlay(verdict_, datagram_, out_, around_);
    return std::move(out_);
  }

  /// The question that `reason` answers with no. True: it was answered with yes.
  bool ask(std::string_view name, DropReason reason, const std::string& yes, const std::string& no,
           const Place& where) {
    ended_ = verdict_.drop == reason;
    if (ended_)
      walk_.drop(name, reason, no, where);
    else
      walk_.pass(name, yes, where);
    return !ended_;
  }

  void own_address() {
    ask("own_address", DropReason::kOwnAddress,
        join({from(), " is not this VTEP, ", endpoint_.local.to_string()}),
        from() +
            " is this VTEP itself: an echo of its own packet to a group, or another host with its address",
        {});
  }

  void header() {
    const std::string size = counted(before_.size(), "byte");
    ask("header", DropReason::kHeaderTruncated, size + ": a VXLAN header and what it carries",
        size + ": shorter than a VXLAN header (8)", {});
  }

  void vni_flag() {
    const std::string flags = hexadecimal(before_[0], 2);
    ask("vni_flag", DropReason::kVniFlagMissing, "flags " + flags + ": the I flag is set, a VNI follows",
        "flags " + flags + ": the I flag (0x08) is clear, so there is no VNI", {});
  }

  void segment() {
    const auto vni = std::to_string(VxlanHeader::parse(before_)->vni().value());
    const std::string here = around_.endpoint_name(endpoint_.id);
    const bool known = out_.segment != nullptr;
    ask("segment", DropReason::kVniUnknown,
        known ? join({"VNI ", vni, " on ", here, " is segment ", seg().name, ", TAP ", out_.tap}) : "",
        join({"VNI ", vni, " is not configured on ", here}), known ? key("vni") : Place{});
  }

  void source() {
    const std::string accepted = around_.accepted(seg()).words;
    ask("source", DropReason::kSourceNotAccepted, join({from(), " is accepted: ", accepted}),
        join({from(), " is not accepted: the segment takes packets of ", accepted}), key("underlay.accept"));
  }

  void reserved() {
    const std::uint64_t set = VxlanHeader::parse(before_)->reserved();
    const std::string tolerated = hexadecimal(seg().tolerated_bits, 16);
    ask("reserved_bits", DropReason::kReservedBits,
        set == 0 ? "no reserved bit of the VXLAN header is set"
                 : join({"reserved bits ", hexadecimal(set, 16), " are set and tolerated (", tolerated, ")"}),
        join({"reserved bits ", hexadecimal(set, 16), " are set, and only ", tolerated, " are tolerated"}),
        key("underlay.reserved_bits"));
  }

  void inner() {
    const std::string size = counted(verdict_.inner.size(), "byte");
    ask("inner", DropReason::kInnerTruncated, "inner frame of " + size,
        "inner frame of " + size + ": shorter than an Ethernet header (14)", {});
  }

  void vlan() {
    if (!tables_.segments.is_trunk(seg().tap))
      return walk_.info("vlan", out_.tap + " is no trunk: the frame is delivered with the tags it has");
    const std::string vid = std::to_string(effective_vid(inner_before()));
    ask("vlan", DropReason::kVlanUnmapped,
        seg().vid == 0 ? out_.tap + " is a trunk, and this is its untagged segment"
                       : join({out_.tap, " is a trunk: delivered with VID ", std::to_string(seg().vid)}),
        join({"it has an inner tag, VID ", vid, ", which on the trunk ", out_.tap,
              " would be another segment"}),
        key("vlan"));
  }

  void own_mac() {
    const std::string mac = inner_mac().to_string();
    ask("own_mac", DropReason::kOwnMac, join({"source ", mac, " is not the MAC of ", out_.tap}),
        join({"source ", mac, " is the MAC of ", out_.tap, ": two hosts have the same"}), key("tap.mac"));
  }

  void inner_source() {
    const std::string mac = inner_mac().to_string();
    ask("inner_source", DropReason::kInnerSourceInvalid,
        seg().learning ? "source " + mac + " is one host's"
                       : "source " + mac + ": of no concern, as nothing is learned",
        join({"source ", mac, " is ", inner_mac().is_zero() ? "zero" : "multicast",
              ", and nobody can be learned by it"}),
        key("fdb.learning"));
  }

  void pinned() {
    const auto hit = tables_.fdb.lookup({seg().key, inner_mac()});
    const bool fixed = hit && hit->state != FdbState::kReachable;
    const std::string entry =
        hit ? join({in_words(hit->state), " entry to ", hit->remote.address.to_string()}) : "";
    ask("pinned", DropReason::kFdbPinned,
        fixed ? join({inner_mac().to_string(), " has a ", entry, ", where it came from"})
              : inner_mac().to_string() + " has no static entry",
        join({inner_mac().to_string(), " has a ", entry, ", but came from ", from()}),
        fixed ? around_.entry(seg(), inner_mac(), hit->origin) : Place{});
  }

  void learning() {
    const Learning& learning = verdict_.learning;
    const Place where = key("fdb.learning");
    if (learning.step == Learning::Step::kNone)
      return walk_.info("learning",
                        seg().learning ? out_.tap + " is down: nothing is learned" : "`learning` is off",
                        where);
    const FdbKey row{seg().key, learning.source};
    const Tick now = to_tick(tables_.now);
    const LearnOutcome outcome = learning.step == Learning::Step::kRefresh
                                     ? LearnOutcome::kRefreshed
                                     : tables_.fdb.would_learn(row, learning.remote, now, seg().state->fdb);
    const bool known = learning.step == Learning::Step::kRefresh || learning.before != Remote{};
    const Remote before = learning.step == Learning::Step::kRefresh ? learning.remote : learning.before;
    out_.would_learn = {learning.source, learning.remote, known ? std::optional(before) : std::nullopt,
                        outcome};
    walk_.info("learning", learning.source.to_string() + learned_words(outcome), where);
  }

  std::string learned_words(LearnOutcome outcome) const {
    const std::string there = to_string(verdict_.learning.remote);
    const std::string before = to_string(verdict_.learning.before);
    switch (outcome) {
      case LearnOutcome::kRefreshed:
        return " would be refreshed at " + there;
      case LearnOutcome::kLearned:
        return " would be learned at " + there;
      case LearnOutcome::kMoved:
        return join({" would move from ", before, " to ", there});
      case LearnOutcome::kDamped:
      case LearnOutcome::kHeld:
        return join({" moved too often and is held at ", before});
      case LearnOutcome::kSticky:
        return join({" is sticky and stays at ", before});
      case LearnOutcome::kPinned:
        return join({" has a static entry to ", before});
      case LearnOutcome::kFull:
        break;
    }
    return " would not be learned: `fdb.limit` " +
           std::to_string(seg().state->fdb.limit.load(std::memory_order_relaxed)) + " is reached, and " +
           there + " has its share, or what others have beyond theirs is sticky";
  }

  void ecn() {
    const auto before = ip_of(inner_before());
    const auto after = ip_of(verdict_.inner);
    const std::string outer = "outer ECN " + ecn_bits(datagram_.tos);
    if (!before || !after) return walk_.info("ecn", outer + "; the inner frame is not IP and has none");
    const std::string both = outer + ", inner " + ecn_bits(before->traffic_class);
    ask("ecn", DropReason::kEcnInvalid, both + ": delivered with " + ecn_bits(after->traffic_class),
        both + ": a router marked congestion on a packet that cannot say so (RFC 6040)", {});
  }

  void tap_up() {
    ask("tap", DropReason::kTapDown, out_.tap + " is up",
        out_.tap + " is down or gone: nothing can be delivered to it", key("tap"));
  }

  /// Reports that are kept from a host which would hold back its own.
  bool withheld() {
    const OverlayProtocol protocol = overlay_protocol(seg(), verdict_.inner, 0);
    if (protocol != OverlayProtocol::kMemberships) {
      walk_.info("suppression", protocol == OverlayProtocol::kNeighbours
                                    ? "ARP or neighbour discovery: what it says of its sender is noted"
                                    : "nothing that neighbour suppression or multicast snooping listens to");
      return false;
    }
    const auto heard = MembershipMessages(verdict_.inner).next();
    const Place where = key("multicast_snooping");
    if (!heard || !is_withheld(seg(), *heard)) {
      walk_.info("suppression", "IGMP, MLD or PIM: heard by multicast snooping, and delivered", where);
      return false;
    }
    walk_.drop(
        "suppression", std::nullopt,
        "a report of membership, which is kept from the local host: it would hold back its own (counted "
        "as suppressed)",
        where);
    return true;
  }

  void deliver() {
    MutableBytes frame = verdict_.inner;
    const auto offload =
        recognise_partial_checksum(frame, seg().tap_state->mtu.load(std::memory_order_relaxed));
    if (offload.needs_checksum)
      walk_.info("checksum", "its sender left the TCP or UDP checksum unfinished; the host is told so");
    if (seg().vid != 0) frame = tagged(frame, seg().vid);
    out_.inner.assign(frame.begin(), frame.end());
    walk_.pass("delivery",
               join({"handed to ", out_.tap,
                     seg().vid != 0 ? " with the tag of VID " + std::to_string(seg().vid) : std::string(),
                     ", unless its queue is full at that moment"}));
    walk_.decide(Outcome::kDelivered, key("underlay.accept"));
  }
};

}  // namespace

Explanation explain_from_underlay(const Tables& tables, Surroundings& surroundings, const Endpoint& endpoint,
                                  const Datagram& datagram) {
  return UnderlayWalk(tables, surroundings, endpoint, datagram).run();
}

}  // namespace vxtap::inspect
