#include <algorithm>

#include "core/inner_ip.hpp"
#include "inspect/mends.hpp"
#include "inspect/words.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap::inspect {
namespace {

constexpr auto kFloodMac = "00:00:00:00:00:00";

struct TapCase : FrameCase<TapVerdict> {
  BytesView frame;

  std::string destination() const { return EthernetHeader::parse(frame)->destination.to_string(); }
  std::string fdb(std::string_view verb, std::string_view mac, std::string_view remote) const {
    return join({"vxtapctl fdb ", verb, " ", mac, " --vni ", vni(), " --remote ", remote});
  }
};

std::string usual(DropReason reason) {
  return std::string(info(reason).mend);
}

Mends of_too_big(const TapCase& of) {
  std::uint32_t narrowest = UINT32_MAX;
  std::string remote;
  for (const Copy& copy : of.explained.copies)
    if (copy.drop == DropReason::kTooBig && copy.path_mtu < narrowest) {
      narrowest = copy.path_mtu;
      remote = copy.remote.address.to_string();
    }
  const auto ethernet = EthernetHeader::parse(of.frame);
  const auto fitting = inner_mtu(of.verdict, ethernet->size, narrowest);
  Mends mends{join({"ip link set ", of.explained.tap, " mtu ", std::to_string(fitting), ", or `tap.mtu`",
                    of.place("tap.mtu")}),
              join({"raise the underlay's MTU towards ", remote, " from ", std::to_string(narrowest), " to ",
                    std::to_string(of.explained.copies.front().outer_size)})};
  if (!of.verdict.inner_dont_fragment) mends.push_back(of.set("underlay.df", "unset"));
  return mends;
}

Mends of_drop(const TapCase& of, DropReason reason) {
  switch (reason) {
    case DropReason::kUnknownUnicast:
      return {of.set("fdb.unknown_unicast", "flood"), of.fdb("add", of.destination(), "ADDRESS"),
              "let " + of.destination() + " send first: it is then learned"};
    case DropReason::kNoRemote:
      return {of.fdb("append", kFloodMac, "ADDRESS"), "add a remote to `peers`" + of.place("peers")};
    case DropReason::kStormControl: {
      const auto kind = in_words(*of.verdict.flooded);
      const auto rate = of.segment().state->storm.of(*of.verdict.flooded).rate();
      return {join({"raise `storm_control.", kind, "` above ", std::to_string(rate),
                    of.place(join({"storm_control.", kind}))}),
              "look for a loop: `vxtapctl monitor fdb` shows MACs that move"};
    }
    case DropReason::kTooBig:
      return of_too_big(of);
    case DropReason::kUnderlaySendFailed: {
      const auto remote = of.explained.copies.front().remote.address.to_string();
      return {join({"ip route get ", remote, " from ", of.segment().local.to_string(),
                    ", and mend the route or the device"}),
              "correct the remote, or `underlay.device`" + of.place("underlay.device")};
    }
    default:
      return {usual(reason)};
  }
}

/// The inner group of a multicast frame: of IP where it is, else of Ethernet.
std::string group_of(const TapCase& of) {
  const auto ip = ip_of(of.frame);
  const auto group =
      ip ? load_address(of.frame, ip->address_offset() + ip->address_size(), ip->v6) : std::nullopt;
  return group && is_tracked_group(*group) ? group->to_string() : of.destination();
}

Mends of_flood(const TapCase& of) {
  const std::string limit = join({"limit it: `storm_control.", in_words(*of.verdict.flooded), ": RATE`",
                                  of.place(join({"storm_control.", in_words(*of.verdict.flooded)}))});
  switch (*of.verdict.flooded) {
    case FloodKind::kUnknownUnicast:
      return {of.fdb("add", of.destination(), "ADDRESS") + ": to that remote alone",
              of.set("fdb.unknown_unicast", "drop") + ": dropped instead", limit};
    case FloodKind::kMulticast: {
      Mends mends{join({"vxtapctl mdb add ", group_of(of), " --vni ", of.vni(), " --remote ADDRESS",
                        ": to that remote alone"})};
      if (!of.segment().multicast_snooping)
        mends.push_back(of.set("multicast_snooping", "true") + ": only to remotes with listeners");
      mends.push_back(limit);
      return mends;
    }
    case FloodKind::kBroadcast:
      break;
  }
  Mends mends{join({"vxtapctl fdb del ", kFloodMac, " --vni ", of.vni(), " --remote ADDRESS",
                    ": no copy for that remote"}),
              limit};
  const auto ethernet = EthernetHeader::parse(of.frame);
  if (of.segment().neighbours == nullptr &&
      ethernet->ether_type == static_cast<std::uint16_t>(EtherType::kArp))
    mends.insert(mends.begin(), of.set("neighbour_suppression", "true") + ": answered here when it is known");
  return mends;
}

Mends of_forward(const TapCase& of) {
  if (!of.verdict.some_remotes.empty() && !of.verdict.flooded && of.explained.copies.size() > 1)
    return {join({"vxtapctl mdb del ", group_of(of), " --vni ", of.vni(), " --remote ADDRESS",
                  ": no copy for that remote"})};
  const Place& where = of.explained.decided;
  Mends mends;
  if (where.line != 0 && where.written)
    mends.push_back("correct the entry" + at(where));
  else
    mends.push_back(join({"vxtapctl fdb del ", of.destination(), " --vni ", of.vni(), ": ",
                          of.segment().unknown_unicast == UnknownUnicast::kFlood ? "flooded" : "dropped",
                          " until it is learned again"}));
  mends.push_back(of.fdb("replace", of.destination(), "ADDRESS") + ": to another remote");
  return mends;
}

/// The ways out of our own overlay, each once.
Mends of_loops(const TapVerdict& verdict, const Explanation& explained, Surroundings& around) {
  Mends mends;
  for (const Copy& copy : explained.copies) {
    if (copy.drop || copy.loop.empty()) continue;
    const auto remote = copy.remote.address.to_string();
    auto mend = join({copy.remote.address.is_v4() ? "ip" : "ip -6", " route replace ", remote,
                      " via GATEWAY dev UNDERLAY, or set `underlay.device`",
                      at(around.key(*verdict.segment, "underlay.device"))});
    if (std::ranges::find(mends, mend) == mends.end()) mends.push_back(std::move(mend));
  }
  return mends;
}

Mends of_outcome(const TapVerdict& verdict, const Explanation& explained, BytesView frame,
                 Surroundings& around) {
  if (verdict.segment == nullptr || explained.reason == DropReason::kTapRunt)
    return {explained.reason ? usual(*explained.reason) : ""};
  const TapCase of{{verdict, explained, around}, frame};
  switch (explained.outcome) {
    case Outcome::kDropped:
      return of_drop(of, *explained.reason);
    case Outcome::kAnswered:
      return {of.set("neighbour_suppression", "false") + ": forwarded like other frames"};
    case Outcome::kFlooded:
      return of_flood(of);
    default:
      return of_forward(of);
  }
}

}  // namespace

Mends mend_tap(const TapVerdict& verdict, const Explanation& explained, BytesView frame,
               Surroundings& around) {
  Mends mends = of_loops(verdict, explained, around);
  const auto usual_ones = of_outcome(verdict, explained, frame, around);
  mends.insert(mends.end(), usual_ones.begin(), usual_ones.end());
  return mends;
}

Mends mend_unmapped(const std::string& tap, std::uint16_t vid) {
  if (vid == 0) return {join({"add a segment without `vlan` with `tap: ", tap, "`, or tag the frames"})};
  return {join({"add a segment with `vlan: ", std::to_string(vid), "` and `tap: ", tap, "`"}),
          join({"bridge vlan del vid ", std::to_string(vid), " dev ", tap,
                ", if the TAP is a bridge's port that should not have it"})};
}

}  // namespace vxtap::inspect
