#include "inspect/doctor.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

#include "inspect/doctor_checks.hpp"

namespace vxtap::inspect {
namespace {

struct Check {
  std::string_view name;
  Findings (*look)(const Facts&);
};

constexpr std::array kChecks{
    Check{"tap_state", check_tap_state},
    Check{"tap_master", check_tap_master},
    Check{"tap_mtu", check_tap_mtu},
    Check{"bridge_mtu", check_bridge_mtu},
    Check{"tap_queue", check_tap_queue},
    Check{"duplicate_mac", check_duplicate_mac},
    Check{"local_address", check_local_address},
    Check{"device", check_device},
    Check{"route", check_route},
    Check{"loop", check_loop},
    Check{"rp_filter", check_rp_filter},
    Check{"neighbour", check_neighbour},
    Check{"remote_port", check_remote_port},
    Check{"path", check_path},
    Check{"silence", check_silence},
    Check{"membership", check_membership},
    Check{"snooping", check_snooping},
    Check{"kernel_vxlan", check_kernel_vxlan},
    Check{"drops", check_drops},
    Check{"fdb_limit", check_fdb_limit},
    Check{"socket_buffers", check_socket_buffers},
    Check{"offload", check_offload},
    Check{"workers", check_workers},
};

Finding finding(Severity severity, std::string object, std::string seen, std::string mend) {
  return {severity, std::move(object), std::move(seen), std::move(mend), {}};
}

/// While a route leads into our own overlay, what is sent goes round and round: queues fill up, probes are
/// swallowed, and what other checks see of that needs no mend of its own.
void excuse_what_loops(std::vector<Finding>& all) {
  constexpr std::array<std::string_view, 3> kOfHost{"tap_queue", "socket_buffers", "offload"};
  constexpr std::array<std::string_view, 7> kOfRemote{"tap_mtu",     "rp_filter", "route",  "neighbour",
                                                      "remote_port", "path",      "silence"};
  const auto loops = [&](const std::string& object) {
    return std::ranges::any_of(all, [&](const Finding& one) {
      return one.check == "loop" && one.severity == Severity::kError &&
             (object.empty() || one.object == object);
    });
  };
  if (!loops("")) return;
  for (auto& one : all) {
    const bool consequence = std::ranges::find(kOfHost, one.check) != kOfHost.end() ||
                             (std::ranges::find(kOfRemote, one.check) != kOfRemote.end() &&
                              (one.check == "tap_mtu" || loops(one.object)));
    if (!consequence || one.severity == Severity::kOk) continue;
    one.severity = Severity::kOk;
    one.seen += "; not judged while there is a loop";
    one.mend.clear();
  }
}

}  // namespace

std::string_view word(Severity severity) noexcept {
  constexpr std::array<std::string_view, 4> kWords{"ok", "hint", "warning", "error"};
  return kWords[static_cast<std::size_t>(severity)];
}

std::vector<Finding> examine(const Facts& facts) {
  std::vector<Finding> all;
  for (const auto& check : kChecks) {
    auto findings = check.look(facts);
    if (findings.empty()) findings.push_back(ok("", "nothing of the kind here"));
    for (auto& one : findings) {
      one.check = check.name;
      all.push_back(std::move(one));
    }
  }
  excuse_what_loops(all);
  return all;
}

const io::LinkInfo* Facts::link(const std::string& name) const noexcept {
  const auto found = std::ranges::find(links, name, &io::LinkInfo::name);
  return found == links.end() ? nullptr : &*found;
}

const io::LinkInfo* Facts::link(int index) const noexcept {
  const auto found = std::ranges::find(links, index, &io::LinkInfo::index);
  return index == 0 || found == links.end() ? nullptr : &*found;
}

const io::LinkInfo* Facts::carrier_of(const io::LocalVtep& local) const noexcept {
  const bool scoped = local.address.is_link_local() && local.scope != 0;
  const auto found = std::ranges::find_if(addresses, [&](const io::AssignedAddress& one) {
    return one.address.address == local.address && (!scoped || one.index == static_cast<int>(local.scope));
  });
  return found == addresses.end() ? nullptr : link(found->index);
}

bool Facts::is_own_tap(const std::string& name) const noexcept {
  return std::ranges::find(taps, name, &TapFacts::name) != taps.end();
}

Finding ok(std::string object, std::string seen) {
  return finding(Severity::kOk, std::move(object), std::move(seen), {});
}
Finding hint(std::string object, std::string seen, std::string mend) {
  return finding(Severity::kHint, std::move(object), std::move(seen), std::move(mend));
}
Finding warning(std::string object, std::string seen, std::string mend) {
  return finding(Severity::kWarning, std::move(object), std::move(seen), std::move(mend));
}
Finding error(std::string object, std::string seen, std::string mend) {
  return finding(Severity::kError, std::move(object), std::move(seen), std::move(mend));
}

std::string name_of(const SegmentFacts& segment) {
  return "vni " + std::to_string(segment.vni.value()) + " " + segment.name;
}

std::string name_of(const RemoteFacts& remote) {
  return (remote.remote.address.is_multicast() ? "group " : "remote ") + to_string(remote.remote);
}

std::string dev(const io::LocalVtep& local) {
  return local.device.empty() ? "" : " dev " + local.device;
}

std::string count_text(const Growth& growth) {
  if (growth.recent == growth.total) return std::to_string(growth.total);
  return std::to_string(growth.recent) + " lately, " + std::to_string(growth.total) + " in all";
}

std::vector<io::LocalVtep> locals(const Facts& facts) {
  std::vector<io::LocalVtep> all;
  for (const auto& segment : facts.segments) {
    const auto same = [&](const io::LocalVtep& known) {
      return known.address == segment.local.address && known.device == segment.local.device;
    };
    if (std::ranges::none_of(all, same)) all.push_back(segment.local);
  }
  return all;
}

std::string device_to(const RemoteFacts& remote) {
  return remote.route ? remote.route->device : "";
}

bool is_cut_off(const RemoteFacts& remote) {
  const bool answered_badly = remote.port && remote.port->kind != io::PortAnswer::Kind::kQuiet;
  return remote.route_error != 0 || remote.unresolved || answered_badly;
}

}  // namespace vxtap::inspect
