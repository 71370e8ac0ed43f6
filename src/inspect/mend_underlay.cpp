#include "inspect/mends.hpp"
#include "inspect/words.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::inspect {
namespace {

struct UnderlayCase : FrameCase<UnderlayVerdict> {
  const Datagram& datagram;

  std::string from() const { return datagram.source.to_string(); }
  std::string mac() const { return EthernetHeader::parse(verdict.inner)->source.to_string(); }
};

Mends of_stranger(const UnderlayCase& of) {
  const std::string widen = "write its prefix into `underlay.accept`" + of.place("underlay.accept");
  if (!of.around.accepted(of.segment()).by_peers) return {widen};
  return {join({"vxtapctl fdb append 00:00:00:00:00:00 --vni ", of.vni(), " --remote ", of.from(),
                ": a peer then, which is flooded to as well"}),
          "add " + of.from() + " to `peers`" + of.place("peers"), widen};
}

Mends of_reserved(const UnderlayCase& of) {
  const auto set = VxlanHeader::parse(of.datagram.payload)->reserved() | of.segment().tolerated_bits;
  return {of.set("underlay.reserved_bits", "\"" + hexadecimal(set, 16) + "\""),
          "switch the VXLAN extension (GBP, GPE) off at " + of.from()};
}

Mends of_pinned(const UnderlayCase& of) {
  const Place& where = of.explained.decided;
  Mends mends{join({"vxtapctl fdb replace ", of.mac(), " --vni ", of.vni(), " --remote ", of.from()})};
  if (where.line != 0) mends.push_back("correct the entry" + at(where));
  mends.push_back(join({"find out who sends as ", of.mac(), " behind ", of.from()}));
  return mends;
}

/// A capture of the underlay has what this host sent as well.
Mends of_own(const UnderlayCase& of) {
  Mends mends{std::string(info(DropReason::kOwnAddress).mend)};
  const auto header = VxlanHeader::parse(of.datagram.payload);
  if (header && header->has_vni())
    mends.push_back(join({"if it was sent here, ask of its inner frame: vxtapctl explain --vni ",
                          std::to_string(header->vni().value()), " --from tap --frame HEX"}));
  return mends;
}

Mends of_segment_drop(const UnderlayCase& of, DropReason reason) {
  switch (reason) {
    case DropReason::kSourceNotAccepted:
      return of_stranger(of);
    case DropReason::kReservedBits:
      return of_reserved(of);
    case DropReason::kVlanUnmapped:
      return {"take the inner tag off at " + of.from(),
              "carry that VLAN as a segment of its own, with a VNI and `vlan` of its own"};
    case DropReason::kOwnMac:
      return {join({"ip link set ", of.explained.tap, " address MAC, or `tap.mac`", of.place("tap.mac")}),
              join({"give the host behind ", of.from(), " another MAC than ", of.mac()})};
    case DropReason::kInnerSourceInvalid:
      return {"find out who sends with source " + of.mac() + " behind " + of.from(),
              of.set("fdb.learning", "false") + ": then it passes"};
    case DropReason::kFdbPinned:
      return of_pinned(of);
    case DropReason::kTapDown:
      return {join({"ip link set ", of.explained.tap, " up"}), of.set("tap.up", "true")};
    default:
      return {std::string(info(reason).mend)};
  }
}

Mends of_delivery(const UnderlayCase& of) {
  const auto& learn = of.explained.would_learn;
  Mends mends;
  if (learn && learn->outcome == LearnOutcome::kFull)
    mends.push_back("raise `fdb.limit`" + of.place("fdb.limit") + ": then the source is learned");
  if (learn)
    mends.push_back(join({"vxtapctl fdb replace ", of.mac(), " --vni ", of.vni(),
                          " --remote OTHER: dropped as fdb_pinned, unless it comes from there"}));
  mends.push_back(join({"list prefixes without ", of.from(), " in `underlay.accept`",
                        of.place("underlay.accept"), ": dropped as source_not_accepted"}));
  return mends;
}

}  // namespace

Mends mend_underlay(const UnderlayVerdict& verdict, const Datagram& datagram, const Explanation& explained,
                    Surroundings& around) {
  const UnderlayCase of{{verdict, explained, around}, datagram};
  if (explained.outcome == Outcome::kDelivered) return of_delivery(of);
  if (!explained.reason) return {of.set("multicast_snooping", "false") + ": delivered"};
  if (*explained.reason == DropReason::kOwnAddress) return of_own(of);
  if (*explained.reason == DropReason::kVniUnknown) {
    const auto vni = std::to_string(VxlanHeader::parse(datagram.payload)->vni().value());
    return {join({"add a segment with `vni: ", vni, "` here"}),
            join({"mend the VNI at ", of.from(), ", which sends ", vni})};
  }
  if (verdict.segment == nullptr) return {std::string(info(*explained.reason).mend)};
  return of_segment_drop(of, *explained.reason);
}

}  // namespace vxtap::inspect
