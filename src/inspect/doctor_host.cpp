// What may be wrong on the host around us: addresses that exist twice, other VTEPs, processors.
#include <map>

#include "inspect/doctor_checks.hpp"

namespace vxtap::inspect {
namespace {

constexpr auto kNewMac = "ip link set TAP address 02:…, or `mac: auto` in the file";

void add_own_mac(const Facts& facts, Findings& findings) {
  for (const auto& segment : facts.segments) {
    const auto& drops = segment.drops[static_cast<std::size_t>(DropReason::kOwnMac)];
    if (drops.recent == 0) continue;
    findings.push_back(error(
        name_of(segment),
        count_text(drops) + " frames came with the MAC of our own TAP: two hosts have the same", kNewMac));
  }
}

void add_twins(const Facts& facts, Findings& findings) {
  std::map<MacAddress, std::string> seen;
  for (const auto& tap : facts.taps) {
    const auto* link = facts.link(tap.name);
    if (link == nullptr || link->mac.is_zero()) continue;
    const auto [known, first] = seen.emplace(link->mac, tap.name);
    if (!first)
      findings.push_back(warning("tap " + tap.name,
                                 "has the MAC of " + known->second + ", " + link->mac.to_string(), kNewMac));
  }
}

void add_held(const Facts& facts, Findings& findings) {
  for (const auto& held : facts.held)
    findings.push_back(
        warning("mac " + held.mac.to_string(),
                "moves to and fro in vni " + std::to_string(held.vni.value()) + " " + held.segment +
                    ", between " + held.where.to_string() + " and " + held.contender.to_string(),
                "two hosts have it, or there is a loop: `vxtapctl monitor fdb` shows the moves"));
}

}  // namespace

Findings check_duplicate_mac(const Facts& facts) {
  Findings findings;
  add_own_mac(facts, findings);
  add_twins(facts, findings);
  add_held(facts, findings);
  if (findings.empty()) findings.push_back(ok("all segments", "no MAC seen twice"));
  return findings;
}

Findings check_kernel_vxlan(const Facts& facts) {
  Findings findings;
  for (const auto& link : facts.links) {
    if (!link.vxlan) continue;
    const std::string object = "kernel vxlan " + link.name;
    for (const auto& segment : facts.segments) {
      const bool vni = link.vxlan->vni == segment.vni.value();
      const bool port = link.vxlan->port == segment.local.port;
      if (vni)
        findings.push_back(warning(object,
                                   "carries VNI " + std::to_string(link.vxlan->vni) +
                                       " as well, on UDP port " + std::to_string(link.vxlan->port),
                                   "ip link del " + link.name + ", or take the segment out of the file"));
      else if (port && link.up && segment.local.port != 0)
        findings.push_back(hint(object, "uses UDP port " + std::to_string(link.vxlan->port) + " as well",
                                "ip link del " + link.name + ", if nobody needs it"));
      if (vni || (port && link.up)) break;
    }
  }
  return findings;
}

Findings check_workers(const Facts& facts) {
  if (!facts.stuck_workers.empty()) {
    Findings findings;
    for (const auto worker : facts.stuck_workers)
      findings.push_back(
          error("worker-" + std::to_string(worker),
                "gives no sign of life: what its sockets and TAP queues get is not carried",
                "a restart; a backtrace of all threads (`gdb -p PID`) tells what it waits for"));
    return findings;
  }
  const auto workers =
      std::to_string(facts.workers) + " workers on " + std::to_string(facts.processors) + " processors";
  if (facts.processors == 0 || facts.workers <= facts.processors) return {ok("workers", workers)};
  return {warning("workers", workers + ": they take turns, which costs order and time",
                  "workers: " + std::to_string(facts.processors) + " in the file, and a restart")};
}

}  // namespace vxtap::inspect
