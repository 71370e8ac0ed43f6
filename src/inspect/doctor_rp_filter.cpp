// What the kernel drops because it came in by another interface than the way back leads by (RFC 3704).
#include <algorithm>

#include "inspect/doctor_checks.hpp"

namespace vxtap::inspect {
namespace {

constexpr std::int64_t kStrict = 1;  // Documentation/networking/ip-sysctl.rst
/// A segment that heard something so lately is not filtered.
constexpr std::chrono::seconds kLately{30};

bool has_way_back(const RemoteFacts& remote) {
  return remote.remote.address.is_v4() && !remote.remote.address.is_multicast() && remote.unbound;
}

bool is_fault(const Finding& finding) {
  return finding.severity != Severity::kOk;
}

bool is_all_heard(const Facts& facts) {
  return std::ranges::all_of(facts.remotes,
                             [](const auto& remote) { return !has_way_back(remote) || remote.heard; }) &&
         std::ranges::all_of(facts.segments, [](const auto& segment) {
           return !segment.local.address.is_v4() || (segment.silence && segment.silence->lasts < kLately);
         });
}

/// What is dropped on an interface is not counted for it: those are named that may drop what remotes send.
void add_filtered(const Facts& facts, Findings& findings) {
  for (const auto& [name, filter] : facts.rp_filter) {
    const auto elsewhere = std::ranges::find_if(facts.remotes, [&, &device = name](const auto& remote) {
      return has_way_back(remote) && remote.unbound->device != device;
    });
    if (filter != kStrict || elsewhere == facts.remotes.end()) continue;
    findings.push_back(warning("device " + name,
                               "the host's reverse path filters dropped " + count_text(facts.rp_filtered) +
                                   " packets; this one is " + "strict, and the route back to " +
                                   elsewhere->remote.address.to_string() + " leads by " +
                                   elsewhere->unbound->device + ": what comes from there by " + name +
                                   " is dropped",
                               "sysctl -w net.ipv4.conf." + name +
                                   ".rp_filter=2, or mend the routes so that both ways are the same" +
                                   " (`nstat -az TcpExtIPReversePathFilter` counts)"));
  }
}

}  // namespace

Findings check_rp_filter(const Facts& facts) {
  Findings findings;
  for (const auto& remote : facts.remotes) {
    if (!has_way_back(remote)) continue;
    const auto* carrier = facts.carrier_of(remote.local);
    const auto arrival = !remote.local.device.empty() ? remote.local.device
                         : carrier != nullptr         ? carrier->name
                                                      : std::string();
    const auto filter = facts.rp_filter.find(arrival);
    if (filter == facts.rp_filter.end()) continue;
    if (filter->second != kStrict || remote.unbound->device == arrival) {
      findings.push_back(
          ok(name_of(remote), "rp_filter " + std::to_string(filter->second) + " on " + arrival));
      continue;
    }
    findings.push_back(warning(name_of(remote),
                               "rp_filter is strict on " + arrival + ", and the route back leads by " +
                                   remote.unbound->device + ": what comes from there is dropped",
                               "sysctl -w net.ipv4.conf." + arrival + ".rp_filter=2, or mend the route"));
  }
  if (facts.rp_filtered.recent != 0 && std::ranges::none_of(findings, is_fault) && !is_all_heard(facts))
    add_filtered(facts, findings);
  return findings;
}

}  // namespace vxtap::inspect
