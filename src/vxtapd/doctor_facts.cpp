#include "vxtapd/doctor_facts.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <tuple>

#include "inspect/path_mtu.hpp"
#include "io/kernel_settings.hpp"
#include "io/system_error.hpp"

namespace vxtap::daemon {
namespace {

using namespace std::chrono_literals;
using inspect::Facts;
using inspect::RemoteFacts;

constexpr std::size_t kMostProbed = 128;
constexpr std::size_t kMostPaths = 16;
constexpr auto kTimeForPaths = 1500ms;
constexpr auto kTimeForPath = 700ms;
constexpr std::uint16_t kLinuxPort = 8472;  // of the kernel's driver, unless it is told otherwise

inspect::Growth total(std::uint64_t count) {
  return {count, count};
}

io::LocalVtep vtep_of(const State& state, const SegmentRecord& segment) {
  const auto endpoint = std::ranges::find(state.endpoints, segment.key.endpoint, &EndpointRecord::id);
  if (endpoint != state.endpoints.end()) return endpoint->vtep;
  return {segment.config.underlay.local, segment.config.underlay.port, segment.config.underlay.device, 0};
}

/// Numbers the remotes of all segments, each once for each local VTEP.
class RemoteList {
 public:
  RemoteList(Facts& facts, const Observations& observations) : facts_(facts), observations_(observations) {}

  std::size_t index_of(const Remote& remote, const io::LocalVtep& local) {
    const auto [known, added] =
        indices_.emplace(std::tuple(remote, local.address, local.port, local.device), facts_.remotes.size());
    if (added)
      facts_.remotes.push_back(
          {.remote = remote, .local = local, .heard = observations_.heard(remote.address)});
    return known->second;
  }

 private:
  Facts& facts_;
  const Observations& observations_;
  std::map<std::tuple<Remote, VtepAddress, std::uint16_t, std::string>, std::size_t> indices_;
};

/// Where the segment floods to, and where its entries of the file point to.
std::vector<Remote> remotes_of(const SegmentRecord& segment) {
  if (segment.config.peers.mode == PeerMode::kMulticastGroup) return segment.config.peers.remotes;
  auto remotes = segment.flood_list;
  for (const auto& entry : segment.config.fdb.static_entries)
    if (std::ranges::find(remotes, entry.remote) == remotes.end()) remotes.push_back(entry.remote);
  return remotes;
}

void add_host_settings(Facts& facts) {
  for (const auto& segment : facts.segments) {
    const auto* carrier = facts.carrier_of(segment.local);
    const auto name = !segment.local.device.empty() ? segment.local.device
                      : carrier != nullptr          ? carrier->name
                                                    : "all";
    if (facts.rp_filter.contains(name)) continue;
    const auto all = io::read_setting("net/ipv4/conf/all/rp_filter").value_or(0);
    facts.rp_filter[name] =
        std::max(all, io::read_setting("net/ipv4/conf/" + name + "/rp_filter").value_or(0));
    facts.ipv6_disabled[name] = io::read_setting("net/ipv6/conf/" + name + "/disable_ipv6").value_or(0) != 0;
  }
  facts.rmem_max = io::read_setting("net/core/rmem_max");
  facts.processors = std::thread::hardware_concurrency();
}

void add_route_facts(RemoteFacts& remote, const Facts& facts, io::Netlink& netlink) {
  const auto& address = remote.remote.address;
  const auto& local = remote.local;
  const bool per_link = address.is_multicast() || address.is_link_local();
  const auto* scope = per_link ? facts.link(static_cast<int>(local.scope)) : nullptr;
  const auto device = scope != nullptr ? scope->name : local.device;
  remote.route_error = netlink.route_error(address, local.address, device);
  remote.route = netlink.route(address, local.address, device);
  if (!per_link) remote.unbound = netlink.route(address, local.address, "");
  if (remote.route && remote.route->mtu != 0) remote.path_mtu = remote.route->mtu;
  if (address.is_multicast()) remote.joined = io::has_joined(address, local.device);
}

std::vector<RemoteFacts*> reachable(Facts& facts) {
  std::vector<RemoteFacts*> remotes;
  for (auto& remote : facts.remotes)
    if (!remote.remote.address.is_multicast() && remote.route_error == 0 && remotes.size() < kMostProbed)
      remotes.push_back(&remote);
  return remotes;
}

std::vector<io::PortAnswer> ask(const std::vector<RemoteFacts*>& remotes,
                                const std::vector<std::uint16_t>& ports, const std::stop_token& stop) {
  std::vector<io::PortQuestion> questions;
  for (std::size_t i = 0; i < remotes.size(); ++i)
    questions.push_back({remotes[i]->local, {remotes[i]->remote.address, ports[i]}});
  return io::probe_ports(questions, stop);
}

/// Where nobody listens on the port, perhaps somebody does on the other usual one. That this one is not
/// refused says so only as long as the other still is: a remote refuses only so often.
void look_elsewhere(const std::vector<RemoteFacts*>& refused, const std::stop_token& stop) {
  std::vector<std::uint16_t> own;
  std::vector<std::uint16_t> other;
  for (const auto* remote : refused) {
    own.push_back(remote->remote.port);
    other.push_back(remote->remote.port == kVxlanPort ? kLinuxPort : kVxlanPort);
  }
  if (refused.empty()) return;
  const auto there = ask(refused, other, stop);
  const auto again = ask(refused, own, stop);
  for (std::size_t i = 0; i < refused.size(); ++i)
    if (there[i].kind == io::PortAnswer::Kind::kQuiet && again[i].kind == io::PortAnswer::Kind::kRefused)
      refused[i]->elsewhere = other[i];
}

/// Largest packet that the segments of the remote make, as far as the route takes it.
std::uint32_t largest_packet(const Facts& facts, const RemoteFacts& remote) {
  std::uint32_t largest = 0;
  const auto index = static_cast<std::size_t>(&remote - facts.remotes.data());
  for (const auto& segment : facts.segments) {
    if (std::ranges::find(segment.remotes, index) == segment.remotes.end()) continue;
    if (const auto* link = facts.link(facts.taps[segment.tap].name)) largest = std::max(largest, link->mtu);
  }
  if (largest == 0 || !remote.path_mtu) return 0;
  return std::min(largest + inspect::overhead(remote.local.address), *remote.path_mtu);
}

void try_paths(Facts& facts, const std::vector<RemoteFacts*>& remotes, const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + kTimeForPaths;
  std::size_t tried = 0;
  for (auto* remote : remotes) {
    const bool late = std::chrono::steady_clock::now() >= end || stop.stop_requested() || tried == kMostPaths;
    const auto size = largest_packet(facts, *remote);
    if (late) return;
    if (size == 0 || remote->port->kind == io::PortAnswer::Kind::kFailed) continue;
    ++tried;
    try {
      remote->carried =
          inspect::carries({remote->remote.address, remote->local, {}}, size, kTimeForPath, stop);
      remote->asked_size = size;
    } catch (const io::SystemError&) {
      continue;  // other checks say why nothing can be sent from there
    }
  }
}

}  // namespace

Facts daemon_facts(const State& state, const Observations& observations) {
  Facts facts;
  RemoteList remotes(facts, observations);
  std::map<TapId, std::size_t> taps;
  for (const auto& [id, tap] : state.taps) {
    taps[id] = facts.taps.size();
    facts.taps.push_back({.name = tap.settings.name,
                          .open = tap.device != nullptr,
                          .wanted_up = tap.settings.up,
                          .master = tap.settings.master});
  }
  for (const auto& segment : state.segments) {
    const auto totals = segment.state->totals();
    inspect::SegmentFacts out{.vni = segment.config.vni,
                              .name = segment.config.name,
                              .tap = taps.at(segment.tap),
                              .local = vtep_of(state, segment),
                              .mode = segment.config.peers.mode,
                              .learning = segment.config.fdb.learning,
                              .tx_packets = totals.tx_packets};
    for (const auto& remote : remotes_of(segment)) out.remotes.push_back(remotes.index_of(remote, out.local));
    std::ranges::transform(totals.drops, out.drops.begin(), total);
    facts.segments.push_back(std::move(out));
  }
  facts.held = observations.held(std::chrono::steady_clock::now());
  return facts;
}

void add_host_facts(Facts& facts) {
  io::Netlink netlink;
  facts.links = netlink.links();
  facts.addresses = netlink.addresses();
  for (auto& tap : facts.taps)
    if (const auto* link = facts.link(tap.name)) tap.queue_drops = total(link->tx_dropped);
  for (auto& remote : facts.remotes) add_route_facts(remote, facts, netlink);
  add_host_settings(facts);
}

void add_probe_facts(Facts& facts, const std::stop_token& stop) {
  const auto remotes = reachable(facts);
  std::vector<std::uint16_t> ports;
  for (const auto* remote : remotes) ports.push_back(remote->remote.port);
  const auto answers = ask(remotes, ports, stop);
  std::vector<RemoteFacts*> refused;
  for (std::size_t i = 0; i < remotes.size(); ++i) {
    remotes[i]->port = answers[i];
    if (answers[i].kind == io::PortAnswer::Kind::kRefused) refused.push_back(remotes[i]);
  }
  look_elsewhere(refused, stop);
  try_paths(facts, remotes, stop);
}

}  // namespace vxtap::daemon
