// What may be wrong with the TAPs and the bridges they are ports of.
#include <algorithm>

#include "inspect/doctor_checks.hpp"

namespace vxtap::inspect {
namespace {

std::string name_of(const TapFacts& tap) {
  return "tap " + tap.name;
}

Finding state_of(const TapFacts& tap, const io::LinkInfo* link) {
  if (tap.elsewhere) return ok(name_of(tap), "in another network namespace, where it is not looked at");
  if (!tap.open || link == nullptr)
    return error(
        name_of(tap), "the interface is gone",
        "`vxtapctl reload` makes it again, or `ip tuntap add " + tap.name + " mode tap multi_queue`");
  if (link->up) return ok(name_of(tap), "up");
  const auto mend = "ip link set " + tap.name + " up";
  if (!tap.wanted_up) return hint(name_of(tap), "down, as `up: false` leaves it", mend);
  return error(name_of(tap), "down: frames for it are dropped", mend);
}

/// The smallest of the paths that the TAP's packets take, as the kernel believes them.
struct Narrowest {
  std::uint32_t inner = 0;  ///< bytes of an inner IP packet; 0: no path is known
  const RemoteFacts* remote = nullptr;
};

Narrowest narrowest(const Facts& facts, std::size_t tap) {
  Narrowest found;
  for (const auto& segment : facts.segments) {
    if (segment.tap != tap) continue;
    for (const auto index : segment.remotes) {
      const auto& remote = facts.remotes[index];
      const auto taken = overhead(remote.local.address);
      if (!remote.path_mtu || *remote.path_mtu <= taken) continue;
      if (found.remote == nullptr || *remote.path_mtu - taken < found.inner)
        found = {*remote.path_mtu - taken, &remote};
    }
  }
  return found;
}

}  // namespace

Findings check_tap_state(const Facts& facts) {
  Findings findings;
  for (const auto& tap : facts.taps) findings.push_back(state_of(tap, facts.link(tap.name)));
  return findings;
}

Findings check_tap_master(const Facts& facts) {
  Findings findings;
  for (const auto& tap : facts.taps) {
    const auto* link = facts.link(tap.name);
    if (link == nullptr) continue;
    const auto* master = facts.link(link->master);
    if (master != nullptr && (tap.master.empty() || master->name == tap.master)) {
      findings.push_back(master->up
                             ? ok(name_of(tap), "in " + master->name)
                             : error(name_of(tap), "in " + master->name + ", which is down: frames end there",
                                     "ip link set " + master->name + " up"));
      continue;
    }
    if (tap.master.empty()) continue;
    const bool exists = facts.link(tap.master) != nullptr;
    findings.push_back(error(name_of(tap), "not in " + tap.master + (exists ? "" : ", which does not exist"),
                             (exists ? "" : "ip link add " + tap.master + " type bridge; ") + "ip link set " +
                                 tap.name + " master " + tap.master));
  }
  return findings;
}

Findings check_tap_mtu(const Facts& facts) {
  Findings findings;
  for (std::size_t i = 0; i < facts.taps.size(); ++i) {
    const auto* link = facts.link(facts.taps[i].name);
    const auto [inner, remote] = narrowest(facts, i);
    if (link == nullptr || remote == nullptr) continue;
    const auto mtu = std::to_string(link->mtu);
    if (link->mtu <= inner) {
      findings.push_back(
          ok(name_of(facts.taps[i]), "mtu " + mtu + " of " + std::to_string(inner) + " that fit"));
      continue;
    }
    findings.push_back(warning(name_of(facts.taps[i]),
                               "mtu " + mtu + ", but the path to " + remote->remote.address.to_string() +
                                   " leaves " + std::to_string(inner),
                               "ip link set " + link->name + " mtu " + std::to_string(inner) +
                                   " (and `mtu: auto` in the file), or raise the "
                                   "underlay's MTU to " +
                                   std::to_string(link->mtu + overhead(remote->local.address))));
  }
  return findings;
}

Findings check_bridge_mtu(const Facts& facts) {
  Findings findings;
  for (const auto& tap : facts.taps) {
    const auto* link = facts.link(tap.name);
    const auto* bridge = link == nullptr ? nullptr : facts.link(link->master);
    if (bridge == nullptr || bridge->kind != "bridge") continue;
    const io::LinkInfo* largest = link;
    for (const auto& port : facts.links)
      if (port.master == bridge->index && port.mtu > largest->mtu) largest = &port;
    const auto mtu = std::to_string(link->mtu);
    if (largest == link) {
      findings.push_back(ok(name_of(tap), "no port of " + bridge->name + " has more than its " + mtu));
      continue;
    }
    findings.push_back(warning(name_of(tap),
                               "mtu " + mtu + ", but " + largest->name + ", another port of " + bridge->name +
                                   ", has " + std::to_string(largest->mtu) +
                                   ": what is larger is dropped between them",
                               "ip link set " + largest->name + " mtu " + mtu +
                                   " (and on the host behind it), or raise the "
                                   "underlay's MTU by " +
                                   std::to_string(largest->mtu - link->mtu)));
  }
  return findings;
}

Findings check_tap_queue(const Facts& facts) {
  Findings findings;
  for (const auto& tap : facts.taps) {
    if (tap.queue_drops.recent == 0) {
      findings.push_back(ok(name_of(tap), "no frame found its queue full" +
                                              std::string(tap.queue_drops.total != 0 ? " lately" : "")));
      continue;
    }
    findings.push_back(warning(name_of(tap), count_text(tap.queue_drops) + " frames found its queue full",
                               "ip link set " + tap.name + " txqueuelen 10000, or more `workers`"));
  }
  return findings;
}

}  // namespace vxtap::inspect
