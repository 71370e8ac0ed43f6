// What may be wrong with the remotes, as far as it can be seen from here.
#include <algorithm>
#include <cerrno>

#include "inspect/doctor_checks.hpp"
#include "io/system_error.hpp"

namespace vxtap::inspect {
namespace {

using Kind = io::PortAnswer::Kind;

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

Finding missing(const RemoteFacts& remote) {
  const auto hop = remote.unresolved->to_string();
  const auto device = device_to(remote);
  const std::string question = remote.unresolved->is_v4() ? " (ARP)" : " (neighbour discovery)";
  const auto look = " `ip neigh show " + hop + " dev " + device + "`";
  if (*remote.unresolved == remote.remote.address)
    return error(name_of(remote), "nobody on " + device + " has this address" + question,
                 "is the address right, is the host up, and is it on that link?" + look);
  return error(name_of(remote),
               "the gateway towards it, " + hop + ", does not answer on " + device + question,
               "is the gateway up, and is its address right (`ip route get " +
                   remote.remote.address.to_string() + "`)?" + look);
}

}  // namespace

Findings check_neighbour(const Facts& facts) {
  Findings findings;
  for (const auto& remote : facts.remotes) {
    if (!remote.port || remote.route_error != 0) continue;
    if (remote.unresolved)
      findings.push_back(missing(remote));
    else
      findings.push_back(ok(name_of(remote), "nothing is known against the next hop"));
  }
  return findings;
}

Findings check_remote_port(const Facts& facts) {
  Findings findings;
  for (const auto& remote : facts.remotes)
    if (remote.port && remote.route_error == 0 && !remote.unresolved) findings.push_back(port_of(remote));
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

}  // namespace vxtap::inspect
