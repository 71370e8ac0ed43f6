// What the counters tell. Only what is new counts: a fault that was mended leaves its count behind.
#include <algorithm>

#include "inspect/doctor_checks.hpp"

namespace vxtap::inspect {
namespace {

/// Reasons that stand for something to mend. The others are decisions that were asked for, belong to another
/// check, or happen on a healthy network (a host speaks IPv6 untagged on a trunk).
constexpr std::array kTelling{
    DropReason::kNoRemote,       DropReason::kUnderlaySendFailed, DropReason::kVniFlagMissing,
    DropReason::kVniUnknown,     DropReason::kSourceNotAccepted,  DropReason::kReservedBits,
    DropReason::kInnerTruncated, DropReason::kFdbPinned,          DropReason::kEcnInvalid,
    DropReason::kTapFull,
};

/// Decisions that were asked for, which somebody may miss frames by all the same.
constexpr std::array kAskedFor{DropReason::kUnknownUnicast, DropReason::kStormControl};

using Drops = std::array<Growth, kDropReasonCount>;

std::string seen_of(DropReason reason, const Drops& drops) {
  return std::string(to_string(reason)) + " " + count_text(drops[static_cast<std::size_t>(reason)]) + ": " +
         std::string(info(reason).meaning);
}

bool is_recent(DropReason reason, const Drops& drops) {
  return drops[static_cast<std::size_t>(reason)].recent != 0;
}

/// "; the latest from 192.0.2.3 with VNI 43"
std::string latest(const std::optional<Stranger>& stranger, bool with_vni) {
  if (!stranger) return {};
  return "; the latest from " + stranger->source.to_string() +
         (with_vni ? " with VNI " + std::to_string(stranger->vni.value()) : "");
}

void add_drops(const std::string& object, const Drops& drops, const std::optional<Stranger>& stranger,
               Findings& findings) {
  for (const auto reason : kTelling) {
    if (!is_recent(reason, drops)) continue;
    const bool of_stranger = reason == DropReason::kVniUnknown || reason == DropReason::kSourceNotAccepted;
    findings.push_back(
        warning(object,
                seen_of(reason, drops) +
                    (of_stranger ? latest(stranger, reason == DropReason::kVniUnknown) : std::string()),
                std::string(info(reason).mend)));
  }
  for (const auto reason : kAskedFor)
    if (is_recent(reason, drops))
      findings.push_back(hint(object, seen_of(reason, drops), std::string(info(reason).mend)));
}

/// A host announces itself on a trunk untagged, too: only what goes to somebody counts.
void add_unmapped(const Facts& facts, Findings& findings) {
  for (const auto& tap : facts.taps) {
    if (tap.unmapped.frames.recent == 0 || !is_recent(DropReason::kVlanUnmapped, facts.drops)) continue;
    const auto vid = tap.unmapped.vid;
    findings.push_back(hint("tap " + tap.name,
                            seen_of(DropReason::kVlanUnmapped, facts.drops) + "; the latest from " +
                                tap.unmapped.source.to_string() +
                                (vid == 0 ? ", untagged" : " with VID " + std::to_string(vid)),
                            std::string(info(DropReason::kVlanUnmapped).mend)));
  }
}

}  // namespace

Findings check_drops(const Facts& facts) {
  Findings findings;
  add_drops("no segment", facts.drops, facts.unknown_vni, findings);
  for (const auto& segment : facts.segments)
    add_drops(name_of(segment), segment.drops, segment.refused, findings);
  add_unmapped(facts, findings);
  if (findings.empty()) findings.push_back(ok("all segments", "no drops lately that stand for a fault"));
  return findings;
}

Findings check_fdb_limit(const Facts& facts) {
  Findings findings;
  for (const auto& segment : facts.segments) {
    if (segment.fdb_full.recent == 0) continue;
    findings.push_back(hint(name_of(segment),
                            count_text(segment.fdb_full) +
                                " frames came from MAC addresses that its full FDB did not learn (limit " +
                                std::to_string(segment.fdb_limit) +
                                "): what goes to those is flooded or dropped",
                            "raise `fdb.limit`, or look who has so many (`vxtapctl fdb show --vni " +
                                std::to_string(segment.vni.value()) + "`)"));
  }
  if (findings.empty()) findings.push_back(ok("all segments", "no FDB was full lately"));
  return findings;
}

Findings check_socket_buffers(const Facts& facts) {
  constexpr std::int64_t kWanted = 7 << 20;  // io/udp_socket.cpp asks for it
  if (facts.socket_overflows.recent == 0) return {ok("sockets", "no datagram found a buffer full lately")};
  const bool small = facts.rmem_max && *facts.rmem_max < kWanted;
  return {warning(
      "sockets",
      count_text(facts.socket_overflows) + " times a socket had no room, or a datagram a wrong UDP checksum",
      (small ? "sysctl -w net.core.rmem_max=" + std::to_string(kWanted) + " and a restart, or " : "") +
          std::string("more `workers`, or fewer of this host's other tasks; `nstat -az` tells which: "
                      "UdpRcvbufErrors, UdpInCsumErrors"))};
}

Findings check_offload(const Facts& facts) {
  Findings findings;
  if (facts.trains_refused.recent != 0)
    findings.push_back(
        hint("underlay",
             count_text(facts.trains_refused) + " trains of datagrams were refused and went out one by one",
             "ethtool -K DEVICE tx on (UDP_SEGMENT needs checksum offload), or `offload: off`"));
  if (facts.superframes_refused.recent != 0)
    findings.push_back(
        hint("taps",
             count_text(facts.superframes_refused) + " superframes were refused and written packet by packet",
             "the log says which TAP; `tap.offload: off` does without them"));
  if (findings.empty()) findings.push_back(ok("underlay", "trains and superframes are taken"));
  return findings;
}

}  // namespace vxtap::inspect
