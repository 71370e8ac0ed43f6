// What may be wrong between the sockets and the underlay's devices.
#include <algorithm>
#include <cerrno>

#include "inspect/doctor_checks.hpp"
#include "io/system_error.hpp"

namespace vxtap::inspect {
namespace {

std::string name_of(const io::LocalVtep& local) {
  return "local " + local.address.to_string();
}

/// What kind of address command it takes.
std::string ip(const VtepAddress& address) {
  return address.is_v4() ? "ip" : "ip -6";
}

Finding address_of(const Facts& facts, const io::LocalVtep& local) {
  const auto* carrier = facts.carrier_of(local);
  if (carrier == nullptr) {
    const auto disabled = facts.ipv6_disabled.find(local.device.empty() ? "all" : local.device);
    const bool off = !local.address.is_v4() && disabled != facts.ipv6_disabled.end() && disabled->second;
    return error(
        name_of(local), "no interface has this address" + std::string(off ? ", and IPv6 is disabled" : ""),
        (off ? "sysctl -w net.ipv6.conf." + disabled->first + ".disable_ipv6=0; " : "") + "ip address add " +
            local.address.to_string() + (local.address.is_v4() ? "/24" : "/64") + " dev " +
            (local.device.empty() ? "DEVICE" : local.device) + " (with your prefix length)");
  }
  if (!carrier->up)
    return error(name_of(local), "its interface " + carrier->name + " is down",
                 "ip link set " + carrier->name + " up");
  return ok(name_of(local), "on " + carrier->name);
}

Finding device_of(const io::LocalVtep& local, const io::LinkInfo* link, const std::string& name) {
  const std::string object = "device " + name;
  if (link == nullptr) return error(object, "gone", "create it, then `vxtapctl reload`; or correct `device`");
  if (!local.device.empty() && local.scope != 0 && static_cast<int>(local.scope) != link->index)
    return error(object, "made anew since the sockets were bound to it: they hear and send nothing",
                 "vxtapctl reload");
  if (!link->up) return error(object, "down", "ip link set " + name + " up");
  if (!link->running)
    return error(object, "no carrier",
                 "look at its cable, switch port or other end (`ip link show " + name + "`)");
  return ok(object, "up, mtu " + std::to_string(link->mtu));
}

std::string reason_of(int error) {
  switch (error) {
    case ENETUNREACH:
      return "no route";
    case EHOSTUNREACH:
      return "the route says unreachable";
    case EACCES:
      return "the route says prohibited";
    case EINVAL:
      return "the route is a blackhole";
    default:
      return "no route (" + io::error_text(error) + ")";
  }
}

Finding route_to(const RemoteFacts& remote) {
  const auto object = name_of(remote);
  const auto address = remote.remote.address.to_string();
  const auto add =
      ip(remote.remote.address) + " route replace " + address + " via GATEWAY" + dev(remote.local);
  if (remote.route_error != 0) return error(object, reason_of(remote.route_error), add);
  const auto& device = remote.local.device;
  if (!device.empty() && remote.unbound && remote.unbound->device != device)
    return warning(
        object, "the routes lead by " + remote.unbound->device + ", but the sockets are bound to " + device,
        add + ", or correct `device`");
  return ok(object,
            "by " + device_to(remote) +
                (remote.route && remote.route->gateway ? " via " + remote.route->gateway->to_string() : ""));
}

}  // namespace

const TapFacts* tap_behind(const Facts& facts, const std::string& device) {
  const auto* there = facts.link(device);
  for (const auto& tap : facts.taps) {
    if (tap.name == device) return &tap;
    const auto* link = facts.link(tap.name);
    if (link != nullptr && there != nullptr && link->master == there->index && link->master != 0) return &tap;
  }
  return nullptr;
}

std::string through(const TapFacts& tap, const std::string& device) {
  return device + (device == tap.name ? "" : ", a bridge with " + tap.name + " as a port");
}

Findings check_local_address(const Facts& facts) {
  Findings findings;
  for (const auto& local : locals(facts)) findings.push_back(address_of(facts, local));
  return findings;
}

Findings check_device(const Facts& facts) {
  Findings findings;
  for (const auto& local : locals(facts)) {
    const auto* carrier = facts.carrier_of(local);
    const auto name = !local.device.empty() ? local.device : carrier != nullptr ? carrier->name : "";
    const auto same = [&](const Finding& known) { return known.object == "device " + name; };
    if (!name.empty() && std::ranges::none_of(findings, same))
      findings.push_back(device_of(local, facts.link(name), name));
  }
  return findings;
}

Findings check_route(const Facts& facts) {
  Findings findings;
  for (const auto& remote : facts.remotes) {
    // Without its own address the kernel refuses every route.
    if (facts.carrier_of(remote.local) == nullptr) continue;
    findings.push_back(route_to(remote));
  }
  return findings;
}

Findings check_loop(const Facts& facts) {
  Findings findings;
  for (const auto& local : locals(facts)) {
    const auto* carrier = facts.carrier_of(local);
    const auto* tap = carrier == nullptr ? nullptr : tap_behind(facts, carrier->name);
    if (tap == nullptr) continue;
    findings.push_back(error(name_of(local),
                             "it is an address of " + through(*tap, carrier->name) +
                                 ": what is encapsulated would be encapsulated again",
                             "move it to the underlay's interface: ip address del " +
                                 local.address.to_string() + " dev " + carrier->name));
  }
  for (const auto& remote : facts.remotes) {
    const auto device = remote.route_error == 0 ? device_to(remote) : "";
    if (device.empty()) continue;
    const auto address = remote.remote.address.to_string();
    if (const auto* tap = tap_behind(facts, device)) {
      findings.push_back(error(name_of(remote),
                               "its route leads into our own overlay, by " + through(*tap, device),
                               ip(remote.remote.address) + " route replace " + address +
                                   " via GATEWAY dev UNDERLAY, or set `device`"));
    } else if (facts.carrier_of({remote.remote.address, 0, "", remote.local.scope}) != nullptr) {
      findings.push_back(error(name_of(remote), "this host has that address itself", "correct `peers`"));
    } else {
      findings.push_back(ok(name_of(remote), "not through our own TAPs"));
    }
  }
  return findings;
}

}  // namespace vxtap::inspect
