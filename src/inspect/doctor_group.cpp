// What may be wrong with multicast in the underlay.
#include <algorithm>

#include "inspect/doctor_checks.hpp"

namespace vxtap::inspect {

Findings check_membership(const Facts& facts) {
  Findings findings;
  for (const auto& remote : facts.remotes) {
    if (!remote.remote.address.is_multicast()) continue;
    if (remote.joined) {
      findings.push_back(ok(name_of(remote), "joined on " + remote.local.device));
      continue;
    }
    findings.push_back(error(
        name_of(remote), "not joined on " + remote.local.device + ": what the others flood does not arrive",
        "systemctl restart vxtapd (`ip maddress show dev " + remote.local.device + "` shows who is joined)"));
  }
  return findings;
}

Findings check_snooping(const Facts& facts) {
  Findings findings;
  for (const auto& remote : facts.remotes) {
    if (!remote.remote.address.is_multicast()) continue;
    const auto* device = facts.link(remote.local.device);
    if (device == nullptr) continue;
    const auto* bridge = device->bridge ? device : facts.link(device->master);
    if (bridge == nullptr || !bridge->bridge) continue;
    const std::string object = "bridge " + bridge->name;
    if (std::ranges::find(findings, object, &Finding::object) != findings.end()) continue;
    if (!bridge->bridge->multicast_snooping || bridge->bridge->multicast_querier) {
      findings.push_back(ok(object, "lets groups through"));
      continue;
    }
    findings.push_back(hint(object, "snoops multicast and asks nobody: groups fade out unless a router asks",
                            "ip link set " + bridge->name + " type bridge mcast_querier 1"));
  }
  return findings;
}

}  // namespace vxtap::inspect
