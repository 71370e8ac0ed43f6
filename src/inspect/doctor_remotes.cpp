// What may be wrong with the remotes, as far as it can be seen from here.
#include <algorithm>
#include <cerrno>

#include "inspect/doctor_checks.hpp"
#include "io/system_error.hpp"

namespace vxtap::inspect {
namespace {

using Kind = io::PortAnswer::Kind;

/// A segment that has sent this much and heard nothing has a silent other end; a host's own announcements
/// when a TAP comes up (DAD, MLD, router solicitations) are fewer.
constexpr std::uint64_t kMuch = 16;

Finding failure(const RemoteFacts& remote, int errno_value) {
  const auto object = name_of(remote);
  const auto address = remote.remote.address.to_string();
  if (errno_value == EPERM)
    return error(object, "this host's firewall does not let out what we send there",
                 "allow UDP to port " + std::to_string(remote.remote.port) +
                     " in its output (`nft list ruleset`, `iptables -S OUTPUT`)");
  if (errno_value == EHOSTUNREACH)
    return error(object, "no host answers there, or a router or firewall on the way refuses",
                 "is it up? `ping " + address + "`, `ip neigh show " + address + "`");
  return error(object, "cannot be reached: " + io::error_text(errno_value), "ip route get " + address);
}

Finding port_of(const RemoteFacts& remote) {
  const auto object = name_of(remote);
  const auto port = std::to_string(remote.remote.port);
  switch (remote.port->kind) {
    case Kind::kQuiet:
      return ok(object, "UDP port " + port + " is not refused");
    case Kind::kFailed:
      return failure(remote, remote.port->error);
    case Kind::kRefused:
      break;
  }
  if (remote.elsewhere)
    return error(
        object, "nothing listens on UDP port " + port + " there, but on " + std::to_string(*remote.elsewhere),
        "set `port: " + std::to_string(*remote.elsewhere) + "` here, or " + port +
            " at the other end (Linux: `dstport " + port + "`)");
  return error(object, "nothing listens on UDP port " + port + " there",
               "start the VTEP on " + remote.remote.address.to_string() +
                   ", or correct `port` (4789 by RFC 7348, 8472 by old Linux)");
}

std::uint64_t sent_in(const Facts& facts, std::size_t remote) {
  std::uint64_t sent = 0;
  for (const auto& segment : facts.segments)
    if (segment.learning && std::ranges::find(segment.remotes, remote) != segment.remotes.end())
      sent += segment.tx_packets;
  return sent;
}

}  // namespace

Findings check_remote_port(const Facts& facts) {
  Findings findings;
  for (const auto& remote : facts.remotes)
    if (remote.port && remote.route_error == 0) findings.push_back(port_of(remote));
  return findings;
}

Findings check_path(const Facts& facts) {
  Findings findings;
  for (const auto& remote : facts.remotes) {
    if (!remote.asked_size) continue;
    const auto size = std::to_string(*remote.asked_size);
    if (!remote.carried) {
      findings.push_back(ok(
          name_of(remote), "answers no ping; the route says " + std::to_string(remote.path_mtu.value_or(0))));
      continue;
    }
    if (*remote.carried) {
      findings.push_back(ok(name_of(remote), "packets of " + size + " bytes arrive"));
      continue;
    }
    findings.push_back(warning(name_of(remote), "smaller packets arrive, those of " + size + " bytes do not",
                               "`vxtapctl path-mtu " + remote.remote.address.to_string() +
                                   "` says what fits, and which MTU the TAPs should have"));
  }
  return findings;
}

Findings check_silence(const Facts& facts) {
  Findings findings;
  for (std::size_t i = 0; i < facts.remotes.size(); ++i) {
    const auto& remote = facts.remotes[i];
    if (remote.remote.address.is_multicast()) continue;
    const auto sent = sent_in(facts, i);
    if (remote.heard || sent < kMuch) {
      findings.push_back(ok(name_of(remote), remote.heard ? "heard" : "not heard, but little was sent"));
      continue;
    }
    findings.push_back(
        hint(name_of(remote),
             std::to_string(sent) + " frames were sent in its segments, and none ever came from it",
             "is this host among its peers, with the same VNI, and do both firewalls let UDP port " +
                 std::to_string(remote.remote.port) + " in? `vxtapctl drops` shows what was refused"));
  }
  return findings;
}

}  // namespace vxtap::inspect
