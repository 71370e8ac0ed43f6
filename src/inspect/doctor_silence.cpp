// Remotes, groups and segments that nothing comes from.
#include <algorithm>

#include "inspect/doctor_checks.hpp"

namespace vxtap::inspect {
namespace {

/// A segment that has sent this much and heard nothing has a silent other end; a host's own announcements
/// when a TAP comes up (DAD, MLD, router solicitations) are fewer.
constexpr std::uint64_t kMuch = 16;
/// So few are enough where something else says as well that nobody answers.
constexpr std::uint64_t kFew = 3;
/// One that was heard is suspected for so many answers that did not come, after so long a time.
constexpr std::uint64_t kMissed = 10;
constexpr std::chrono::seconds kPatience{5};

/// The segments that send to a remote or a group, taken together.
struct Senders {
  bool judged = false;      ///< somebody would have noticed that it was heard
  bool heard = false;       ///< something came that can only be from there
  std::uint64_t sent = 0;   ///< frames
  bool unanswered = false;  ///< the host asks in vain for an address behind it
};

Senders senders_to(const Facts& facts, std::size_t remote) {
  Senders all;
  const bool group = facts.remotes[remote].remote.address.is_multicast();
  for (const auto& segment : facts.segments) {
    if (std::ranges::find(segment.remotes, remote) == segment.remotes.end()) continue;
    const bool only = group || segment.remotes.size() == 1;
    if (only && segment.rx_packets != 0) all.heard = true;
    if (!segment.learning && !group) continue;
    all.judged = true;
    all.sent += segment.tx_packets;
    all.unanswered = all.unanswered || facts.taps[segment.tap].unanswered != 0;
  }
  return all;
}

bool is_suspect(const Senders& senders) {
  return senders.sent >= kMuch || (senders.unanswered && senders.sent >= kFew);
}

std::string frames(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " frame was" : " frames were");
}

Finding silence_of(const Facts& facts, std::size_t index) {
  const auto& remote = facts.remotes[index];
  const auto object = name_of(remote);
  const auto senders = senders_to(facts, index);
  const auto port = std::to_string(remote.remote.port);
  const bool deaf = remote.asked_size && !remote.carried;
  if (remote.heard || senders.heard) return ok(object, "heard");
  if (is_cut_off(remote)) return ok(object, "not heard, for which another check has the reason");
  if (!senders.judged || (!deaf && !is_suspect(senders))) return ok(object, "not heard, but little was sent");
  return hint(
      object,
      frames(senders.sent) + " sent in its segments, and none ever came from it" +
          (deaf ? ", nor does it answer pings" : ""),
      "is the address right, is the host up, and does every firewall on the way pass UDP port " + port +
          "? Is this host among its peers, with the same VNI? `vxtapctl drops` shows what was refused");
}

Finding silence_of_group(const Facts& facts, std::size_t index) {
  const auto& remote = facts.remotes[index];
  const auto object = name_of(remote);
  const auto senders = senders_to(facts, index);
  if (senders.heard) return ok(object, "heard");
  if (!remote.joined) return ok(object, "not heard, for which another check has the reason");
  if (!is_suspect(senders)) return ok(object, "not heard, but little was sent");
  const auto& device = remote.local.device;
  const std::string protocol = remote.remote.address.is_v4() ? "IGMP" : "MLD";
  return hint(object,
              frames(senders.sent) + " sent into its segments by " + device +
                  ", and none ever came from any other member",
              "are the others up, in the same group, with the same VNI and UDP port " +
                  std::to_string(remote.remote.port) + "? A switch behind " + device + " that snoops " +
                  protocol + " needs a querier on the link, a router between them multicast routing and a " +
                  "larger `ttl`; firewalls must pass " + protocol + " and that port");
}

/// Of a segment that was heard before.
Finding fell_silent(const Facts& facts, const SegmentFacts& segment) {
  const auto object = name_of(segment);
  const auto& silence = *segment.silence;
  const bool missed = silence.lasts >= kPatience && silence.expected >= kMissed;
  const bool explained = !segment.remotes.empty() && std::ranges::all_of(segment.remotes, [&](auto index) {
    return is_cut_off(facts.remotes[index]);
  });
  const auto heard = "last heard " + std::to_string(silence.lasts.count()) + " s ago";
  if (!missed)
    return ok(object, silence.lasts.count() == 0 ? "heard just now" : heard + ", little was sent since");
  if (explained) return ok(object, heard + ", for which another check has the reason");
  return hint(object,
              heard + ", " + std::to_string(silence.sent) + " frames sent since to stations behind it",
              "does this host's firewall let UDP port " + std::to_string(segment.local.port) +
                  " in (`nft list ruleset`, `iptables -S INPUT`), and every other on the way? Are the hosts "
                  "behind it up? (What asks for no answer looks the same)");
}

}  // namespace

Findings check_silence(const Facts& facts) {
  Findings findings;
  for (std::size_t i = 0; i < facts.remotes.size(); ++i)
    findings.push_back(facts.remotes[i].remote.address.is_multicast() ? silence_of_group(facts, i)
                                                                      : silence_of(facts, i));
  for (const auto& segment : facts.segments)
    if (segment.silence) findings.push_back(fell_silent(facts, segment));
  return findings;
}

}  // namespace vxtap::inspect
