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

void add_drops(const std::string& object, const std::array<Growth, kDropReasonCount>& drops,
               Findings& findings) {
  for (const auto reason : kTelling) {
    const auto& growth = drops[static_cast<std::size_t>(reason)];
    if (growth.recent == 0) continue;
    const auto& about = info(reason);
    findings.push_back(warning(
        object, std::string(about.name) + " " + count_text(growth) + ": " + std::string(about.meaning),
        std::string(about.mend)));
  }
}

}  // namespace

Findings check_drops(const Facts& facts) {
  Findings findings;
  add_drops("no segment", facts.drops, findings);
  for (const auto& segment : facts.segments) add_drops(name_of(segment), segment.drops, findings);
  if (findings.empty()) findings.push_back(ok("all segments", "no drops lately that stand for a fault"));
  return findings;
}

Findings check_socket_buffers(const Facts& facts) {
  constexpr std::int64_t kWanted = 7 << 20;  // io/udp_socket.cpp asks for it
  if (facts.socket_overflows.recent == 0) return {ok("sockets", "no datagram found a buffer full lately")};
  const bool small = facts.rmem_max && *facts.rmem_max < kWanted;
  return {warning(
      "sockets", count_text(facts.socket_overflows) + " datagrams found a socket's buffer full",
      (small ? "sysctl -w net.core.rmem_max=" + std::to_string(kWanted) + " and a restart, or " : "") +
          std::string("more `workers`, or fewer of this host's other tasks"))};
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
