#include "vxtapd/doctor_facts.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <tuple>

#include "io/kernel_settings.hpp"

namespace vxtap::daemon {
namespace {

using inspect::Facts;
using inspect::RemoteFacts;

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

/// Whether the interface is one that the overlay's frames are on: a TAP of ours, or the bridge it is in.
bool is_overlay(const Facts& facts, const io::LinkInfo& link) {
  return std::ranges::any_of(facts.taps, [&](const auto& tap) {
    const auto* port = facts.link(tap.name);
    return tap.name == link.name || (port != nullptr && port->master == link.index);
  });
}

void add_rp_filters(Facts& facts) {
  const auto all = io::read_setting("net/ipv4/conf/all/rp_filter").value_or(0);
  for (const auto& assigned : facts.addresses) {
    const auto* link = facts.link(assigned.index);
    if (link == nullptr || !link->up || link->name == "lo" || !assigned.address.address.is_v4()) continue;
    if (facts.rp_filter.contains(link->name) || is_overlay(facts, *link)) continue;
    facts.rp_filter[link->name] =
        std::max(all, io::read_setting("net/ipv4/conf/" + link->name + "/rp_filter").value_or(0));
  }
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
  add_rp_filters(facts);
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

void count_unanswered(Facts& facts, const std::vector<io::UnresolvedNeighbour>& neighbours) {
  for (auto& tap : facts.taps) {
    const auto* link = facts.link(tap.name);
    if (link == nullptr) continue;
    tap.unanswered = static_cast<std::size_t>(std::ranges::count_if(neighbours, [&](const auto& one) {
      return one.index == link->index || (link->master != 0 && one.index == link->master);
    }));
  }
}

}  // namespace

inspect::SilenceWatch::Counts traffic_of(const SegmentState& segment) noexcept {
  inspect::SilenceWatch::Counts counts;
  std::uint64_t flooded = 0;
  for (const auto& shard : segment.counters) {
    counts.sent += shard.tx.packets.read();
    counts.received += shard.rx.packets.read();
    flooded += shard.flooded.read();
  }
  counts.sent -= std::min(counts.sent, flooded);
  return counts;
}

std::uint64_t rp_filtered() {
  return io::read_netstat("TcpExt", "IPReversePathFilter").value_or(0);
}

Facts daemon_facts(const State& state, const Observations& observations) {
  Facts facts;
  const auto now = std::chrono::steady_clock::now();
  RemoteList remotes(facts, observations);
  std::map<TapId, std::size_t> taps;
  for (const auto& [id, tap] : state.taps) {
    taps[id] = facts.taps.size();
    facts.taps.push_back({.name = tap.settings.name,
                          .open = tap.device != nullptr,
                          .elsewhere = tap.device != nullptr && tap.device->index() == 0,
                          .wanted_up = tap.settings.up,
                          .master = tap.settings.master,
                          .unmapped = observations.unmapped(id)});
  }
  for (const auto& segment : state.segments) {
    const auto totals = segment.state->totals();
    const auto traffic = observations.traffic(segment);
    inspect::SegmentFacts out{
        .vni = segment.config.vni,
        .name = segment.config.name,
        .tap = taps.at(segment.tap),
        .local = vtep_of(state, segment),
        .mode = segment.config.peers.mode,
        .learning = segment.config.fdb.learning,
        .tx_packets = traffic.sent,
        .rx_packets = traffic.received,
        .silence = observations.silence().judge(segment.key, traffic_of(*segment.state), now),
        .refused = observations.stranger(segment.key),
        .fdb_limit = segment.config.fdb.limit,
        .fdb_full = total(totals.fdb_full)};
    for (const auto& remote : remotes_of(segment)) out.remotes.push_back(remotes.index_of(remote, out.local));
    std::ranges::transform(totals.drops, out.drops.begin(), total);
    facts.segments.push_back(std::move(out));
  }
  facts.held = observations.held(now);
  facts.unknown_vni = observations.stranger(std::nullopt);
  return facts;
}

void add_host_facts(Facts& facts) {
  io::Netlink netlink;
  facts.links = netlink.links();
  facts.addresses = netlink.addresses();
  for (auto& tap : facts.taps)
    if (const auto* link = facts.link(tap.name)) tap.queue_drops = total(link->tx_dropped);
  count_unanswered(facts, netlink.unresolved_neighbours());
  for (auto& remote : facts.remotes) add_route_facts(remote, facts, netlink);
  add_host_settings(facts);
}

}  // namespace vxtap::daemon
