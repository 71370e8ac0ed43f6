#include "vxtapd/preparation.hpp"

#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>
#include <string_view>

#include "dataplane/worker_group.hpp"
#include "io/system_error.hpp"
#include "io/tun_file.hpp"
#include "vxtapd/saved_records.hpp"
#include "vxtapd/tap_settings.hpp"

namespace vxtap::daemon {
namespace {

constexpr std::size_t kHeadroom = 1 << 20, kHeadroomEach = 4096;  // bytes; each segment

/// Hands out the smallest numbers that are not in use.
template <typename Id>
class Numbers {
 public:
  void reserve(Id id) { used_.insert(id); }
  Id take() {
    while (!used_.insert(next_).second) ++next_;
    return next_;
  }

 private:
  std::set<Id> used_;
  Id next_ = 0;
};

/// The interface number that link-local addresses and groups of this underlay mean.
std::uint32_t scope_of(const config::Underlay& underlay) {
  const std::string& device = underlay.link();
  if (device.empty()) return 0;
  const std::uint32_t index = if_nametoindex(device.c_str());
  if (index == 0)
    throw io::SystemError("device " + device, ENODEV, "create it first, or correct the key that names it");
  return index;
}

io::LocalVtep vtep_of(const config::Underlay& underlay) {
  return {underlay.local, underlay.port, underlay.device, scope_of(underlay)};
}

/// Whatever devices they are bound to.
bool shares_port(const io::LocalVtep& one, const io::LocalVtep& other) {
  return one.address == other.address && one.port == other.port;
}

/// What the sockets have to offer: see dont_fragment() of src/core/outer_header.cpp for IPv6.
OuterPolicy::Df df_of(const config::Underlay& underlay) {
  const bool by_packet = !underlay.local.is_v4() && underlay.outer.df == OuterPolicy::Df::kUnset;
  return by_packet ? OuterPolicy::Df::kInherit : underlay.outer.df;
}

/// Null when nothing was inherited, or of what was the interface has been deleted.
std::shared_ptr<io::TapDevice> adopt_tap(const io::TapSettings& settings, handover::InheritedTap inherited) {
  if (inherited.queues.empty()) return nullptr;
  try {
    return std::make_shared<io::TapDevice>(
        io::TapDevice::adopt(settings, std::move(inherited.queues), std::move(inherited.traces)));
  } catch (const std::exception&) {
    return nullptr;
  }
}

class Preparation {
 public:
  Preparation(const config::Config& config, const State& present, std::size_t workers, io::Netlink& netlink,
              handover::Inheritance inheritance)
      : present_(present), netlink_(netlink), inheritance_(std::move(inheritance)) {
    next_.state.config = config;
    next_.state.next_receiver = present.next_receiver;
    next_.changes.resize(workers);
    for (const auto& [id, tap] : present.taps) tap_ids_.reserve(id);
    for (const auto& endpoint : present.endpoints) endpoint_ids_.reserve(endpoint.id);
    for (const EndpointId id : inheritance_.endpoints()) endpoint_ids_.reserve(id);
  }

  Prepared run() {
    give_up_endpoints();
    for (const auto& segment : next_.state.config.segments) add_segment(segment);
    release_endpoints();
    settle_taps();
    release_taps();
    next_.abandoned = abandoned_interfaces();
    next_.table = build_table(next_.state);
    for (auto& change : next_.changes) {
      for (const auto& endpoint : next_.state.endpoints)
        change.underlays[endpoint.id] = {endpoint.senders, endpoint.receive_trains};
      change.table = next_.table;
      change.busy_poll = next_.state.config.busy_poll;
    }
    next_.headroom = std::make_unique<std::byte[]>(kHeadroom + next_.state.segments.size() * kHeadroomEach);
    reconfigure_taps();
    return std::move(next_);
  }

 private:
  const State& present_;
  io::Netlink& netlink_;
  Prepared next_;
  Numbers<TapId> tap_ids_;
  Numbers<EndpointId> endpoint_ids_;
  handover::Inheritance inheritance_;

  /// Before the first socket is opened, which may want the port of one that is not wanted any more.
  void give_up_endpoints() {
    std::vector<io::LocalVtep> wanted;
    for (const auto& segment : next_.state.config.segments) wanted.push_back(vtep_of(segment.underlay));
    inheritance_.release_endpoints_except(wanted);
  }

  void add_segment(const config::Segment& segment) {
    EndpointRecord& endpoint = endpoint_for(segment.underlay);
    SegmentRecord record{.config = segment,
                         .key = {endpoint.id, segment.vni},
                         .tap = tap_for(segment).id,
                         .send_profile = profile_for(endpoint, segment),
                         .state = nullptr,
                         .flood_list = segment.peers.remotes};
    if (!segment.tap.offload) endpoint.receive_trains = false;
    if (!segment.underlay.udp_checksum && segment.tap.offload)
      next_.warnings.push_back("segment " + segment.name +
                               ": udp_checksum is off, so every packet is sent and received by itself: the "
                               "kernel makes no trains of packets without checksum");
    const auto inherited = inherited_record(inheritance_, record.key, next_.changes.size());
    const SegmentRecord* before = inherited ? &*inherited : present_.segment(record.key);
    if (before != nullptr) {
      warn_of_low_limit(segment, *before);
      keep_changes(*before, record);
    }
    record.state = before != nullptr
                       ? before->state
                       : std::make_shared<SegmentState>(dataplane::WorkerGroup::shards(next_.changes.size()));
    if (segment.peers.mode == PeerMode::kMulticastGroup)
      join(endpoint, segment.peers.remotes.front().address);
    next_.state.add_segment(std::move(record));
  }

  /// What was changed while the daemon runs stays until it ends.
  static void keep_changes(const SegmentRecord& before, SegmentRecord& record) {
    record.control_entries = before.control_entries;
    if (before.config.peers == record.config.peers) {
      record.flood_list = before.flood_list;
    } else {
      for (const Remote& remote : before.flood_list) {
        const auto in = [&](const auto& list) {
          return std::find(list.begin(), list.end(), remote) != list.end();
        };
        if (!in(before.config.peers.remotes) && !in(record.flood_list)) record.flood_list.push_back(remote);
      }
    }
    if (before.memberships == nullptr) return;
    record.memberships = before.memberships;
    if (before.config.multicast_snooping && !record.config.multicast_snooping)
      record.memberships = permanent_ones(*before.memberships);
    record.groups = record.memberships->build();
  }

  static std::shared_ptr<GroupMemberships> permanent_ones(const GroupMemberships& all) {
    auto kept = std::make_shared<GroupMemberships>();
    for (const auto& row : all.list(0))
      if (row.permanent) kept->add_static(row.group, row.remote);
    return kept;
  }

  void warn_of_low_limit(const config::Segment& segment, const SegmentRecord& before) {
    const auto entries = before.state->fdb.entries.load(std::memory_order_relaxed);
    if (entries <= segment.fdb.limit) return;
    next_.warnings.push_back("segment " + segment.name + ": fdb.limit " + std::to_string(segment.fdb.limit) +
                             " is below its " + std::to_string(entries) +
                             " entries: it does not grow until enough of them have aged");
  }

  EndpointRecord& endpoint_for(const config::Underlay& underlay) {
    const io::LocalVtep vtep = vtep_of(underlay);
    auto& endpoints = next_.state.endpoints;
    const auto known =
        std::find_if(endpoints.begin(), endpoints.end(), [&](const auto& e) { return e.vtep == vtep; });
    if (known != endpoints.end()) return *known;
    refuse_shadow(vtep);
    if (const EndpointRecord* before = present_.endpoint(vtep)) {
      EndpointRecord& kept = endpoints.emplace_back(*before);
      kept.groups.clear();
      kept.senders = std::make_shared<const io::SenderPools>();
      kept.receive_trains = true;
      return kept;
    }
    EndpointRecord& fresh = open_endpoint(vtep);
    fresh.link = underlay.link();
    return fresh;
  }

  /// Of two groups of sockets (SO_REUSEPORT) at one port the kernel asks the one that was made last, whether
  /// it is bound to the packet's device or to none (udp4_lib_lookup2() of net/ipv4/udp.c); only a VRF keeps
  /// them apart.
  void refuse_shadow(const io::LocalVtep& vtep) {
    for (const auto& known : next_.state.endpoints) {
      if (!shares_port(known.vtep, vtep) || known.vtep.device.empty() == vtep.device.empty()) continue;
      const std::string& device = vtep.device.empty() ? known.vtep.device : vtep.device;
      const auto link = netlink_.link(device);
      if (link && link->kind == "vrf") continue;
      throw io::SystemError(io::describe(vtep), EADDRINUSE,
                            "one segment binds it to " + device +
                                ", another to no device, and one of them would hear nothing: give both a "
                                "`device`, or use another port or local address");
    }
  }

  /// Of a new endpoint. One whose device was made anew keeps its number, and with it the segments their
  /// state.
  EndpointId id_for(const io::LocalVtep& vtep) {
    if (const auto inherited = inheritance_.endpoint(vtep)) return *inherited;
    const auto before = std::ranges::find_if(
        present_.endpoints, [&](const EndpointRecord& known) { return known.vtep.same_but_for_index(vtep); });
    return before == present_.endpoints.end() ? endpoint_ids_.take() : before->id;
  }

  /// Whether a socket of our own is at its address and port, bound to another device.
  bool holds_port_of(const io::LocalVtep& vtep) const {
    const auto beside = [&](const auto& known) { return shares_port(known.vtep, vtep); };
    return std::ranges::any_of(present_.endpoints, beside) ||
           std::ranges::any_of(next_.state.endpoints, beside) ||
           std::ranges::any_of(inheritance_.state().endpoints, beside);
  }

  EndpointRecord& open_endpoint(const io::LocalVtep& vtep) {
    auto sockets = inheritance_.take_receivers(vtep);
    if (sockets.empty() && !holds_port_of(vtep)) io::require_free(vtep);
    EndpointRecord endpoint{.id = id_for(vtep),
                            .vtep = vtep,
                            .receivers = {},
                            .groups = {},
                            .senders = std::make_shared<const io::SenderPools>()};
    for (std::size_t i = 0; i < next_.changes.size(); ++i) {
      auto& change = next_.changes[i];
      endpoint.receivers.push_back(next_.state.next_receiver++);
      change.add_receivers.push_back(
          {.id = endpoint.receivers.back(),
           .endpoint = {endpoint.id, vtep.address},
           .socket = i < sockets.size() ? std::move(sockets[i]) : io::open_receiver(vtep),
           .path_probe = io::open_path_probe(vtep),
           .scope = vtep.scope,
           .sends = true});
    }
    return next_.state.endpoints.emplace_back(std::move(endpoint));
  }

  std::uint16_t profile_for(EndpointRecord& endpoint, const config::Segment& segment) {
    const config::Underlay& underlay = segment.underlay;
    const io::SendProfile wanted{underlay.source_port.first, underlay.source_port.last, underlay.udp_checksum,
                                 segment.tap.offload,        df_of(underlay),           underlay.flow_label};
    const auto agrees = [&](const auto& pool) { return pool->profile() == wanted; };
    const auto known = std::find_if(endpoint.senders->begin(), endpoint.senders->end(), agrees);
    if (known != endpoint.senders->end())
      return static_cast<std::uint16_t>(known - endpoint.senders->begin());
    auto pools = std::make_shared<io::SenderPools>(*endpoint.senders);
    std::shared_ptr<const io::SenderPool> pool;
    if (const EndpointRecord* before = present_.endpoint(endpoint.vtep))
      if (const auto kept = std::find_if(before->senders->begin(), before->senders->end(), agrees);
          kept != before->senders->end())
        pool = *kept;
    pools->push_back(pool != nullptr ? pool : std::make_shared<const io::SenderPool>(endpoint.vtep, wanted));
    endpoint.senders = std::move(pools);
    return static_cast<std::uint16_t>(endpoint.senders->size() - 1);
  }

  void join(EndpointRecord& endpoint, const VtepAddress& group) {
    if (endpoint.groups.contains(group)) return;
    const EndpointRecord* before = present_.endpoint(endpoint.vtep);
    if (before != nullptr && before->groups.contains(group)) {
      endpoint.groups.emplace(group, before->groups.at(group));
      return;
    }
    io::UniqueFd socket = inheritance_.take_group(endpoint.vtep, group);
    if (!socket) socket = io::open_group_receiver(endpoint.vtep, group);
    const GroupRecord record{.receiver = next_.state.next_receiver++,
                             .worker = (endpoint.id + endpoint.groups.size()) % next_.changes.size()};
    next_.changes[record.worker].add_receivers.push_back({.id = record.receiver,
                                                          .endpoint = {endpoint.id, endpoint.vtep.address},
                                                          .socket = std::move(socket),
                                                          .path_probe = {},
                                                          .scope = endpoint.vtep.scope,
                                                          .sends = false});
    endpoint.groups.emplace(group, record);
  }

  void release_endpoints() {
    for (const auto& before : present_.endpoints) {
      const EndpointRecord* after = next_.state.endpoint(before.vtep);
      for (std::size_t i = 0; after == nullptr && i < before.receivers.size(); ++i)
        next_.changes[i].remove_receivers.push_back(before.receivers[i]);
      for (const auto& [group, record] : before.groups)
        if (after == nullptr || !after->groups.contains(group))
          next_.changes[record.worker].remove_receivers.push_back(record.receiver);
    }
  }

  /// Segments refer to TAPs by number; settings follow in settle_tap, when every socket could be opened.
  TapRecord& tap_for(const config::Segment& segment) {
    if (TapRecord* known = next_.state.tap(segment.tap.name)) return *known;
    if (const TapRecord* before = present_.tap(segment.tap.name)) return next_.state.add_tap(*before);
    TapRecord fresh{
        .id = tap_ids_.take(), .settings = {}, .device = nullptr, .state = std::make_shared<TapState>()};
    fresh.settings.name = segment.tap.name;
    return next_.state.add_tap(std::move(fresh));
  }

  void settle_taps() {
    std::vector<TapSegments> taps;  // in the order of the file
    std::map<std::string_view, std::size_t> places;
    for (const auto& segment : next_.state.config.segments) {
      const auto place = places.emplace(segment.tap.name, taps.size());
      if (place.second) taps.emplace_back();
      taps[place.first->second].push_back(&segment);
    }
    for (const auto& segments : taps) settle_tap(segments);
  }

  void settle_tap(const TapSegments& segments) {
    TapRecord& tap = tap_for(*segments.front());
    const io::TapSettings before = tap.settings;
    tap.settings = resolve_tap(segments, next_.changes.size(), netlink_, next_.warnings);
    io::TapDevice::require_possible(tap.settings);
    const bool reopen = tap.device == nullptr || before.queues != tap.settings.queues ||
                        before.owner != tap.settings.owner || before.persist != tap.settings.persist ||
                        before.offload != tap.settings.offload;
    if (!reopen) return;
    open_tap(tap, next_.changes, inheritance_.take_tap(tap.settings.name));
    const auto& said = tap.device->warnings();
    next_.warnings.insert(next_.warnings.end(), said.begin(), said.end());
    if (const auto link = netlink_.link(tap.device->index()))
      refresh_tap_state(*tap.state, *link);
    else
      tap.state->up.store(true, std::memory_order_relaxed);  // in another network namespace
  }

  void release_taps() {
    for (const auto& [id, before] : present_.taps)
      if (next_.state.tap(before.settings.name) == nullptr)
        for (auto& change : next_.changes) change.remove_taps.push_back(id);
  }

  /// Of what was inherited and is not wanted, what goes with its last descriptor.
  std::vector<int> abandoned_interfaces() {
    std::vector<int> indices;
    for (const auto& tap : inheritance_.take_taps())
      if (tap.traces.created)
        if (const auto index = index_of(tap.queues.front())) indices.push_back(*index);
    return indices;
  }

  /// Of an interface that goes with its last descriptor.
  std::optional<int> index_of(const io::UniqueFd& queue) {
    try {
      if (io::is_persistent(queue)) return std::nullopt;
      const auto link = netlink_.link(io::name_of_queue(queue));
      return link && link->tun ? std::optional(link->index) : std::nullopt;
    } catch (const io::SystemError&) {
      return std::nullopt;  // deleted already
    }
  }

  void reconfigure_taps() {
    std::vector<const TapRecord*> changed;
    try {
      for (const auto& [id, tap] : next_.state.taps) {
        const TapRecord* before = present_.tap(tap.settings.name);
        if (before == nullptr || before->device != tap.device || before->settings == tap.settings) continue;
        changed.push_back(before);
        tap.device->configure(tap.settings);
      }
    } catch (...) {
      for (const TapRecord* before : changed) try_restore(*before);
      throw;
    }
  }

  static void try_restore(const TapRecord& before) noexcept {
    try {
      before.device->configure(before.settings);
    } catch (const std::exception&) {
      // The interface refuses its old settings too, so it changed under us; the first error is the one to
      // tell.
      return;
    }
  }
};

}  // namespace

Prepared prepare(const config::Config& config, const State& present, std::size_t workers,
                 io::Netlink& netlink, handover::Inheritance inheritance) {
  return Preparation(config, present, workers, netlink, std::move(inheritance)).run();
}

void open_tap(TapRecord& record, std::vector<dataplane::WorkerChange>& changes,
              handover::InheritedTap inherited) {
  auto device = adopt_tap(record.settings, std::move(inherited));
  if (device == nullptr)
    device = std::make_shared<io::TapDevice>(record.device != nullptr
                                                 ? io::TapDevice::reopen(record.settings, *record.device)
                                                 : io::TapDevice::open(record.settings));
  device->configure(record.settings);
  const unsigned queues = device->queue_count();
  for (std::size_t i = changes.size(); i-- > 0;) {
    const bool reads = i < queues;
    changes[i].add_taps.push_back({.id = record.id,
                                   .queue = reads
                                                ? device->take_queue(static_cast<unsigned>(i))
                                                : device->duplicate_queue(static_cast<unsigned>(i % queues)),
                                   .offload = record.settings.offload,
                                   .reads = reads});
  }
  record.device = std::move(device);
}

void refresh_tap_state(TapState& state, const io::LinkInfo& link) noexcept {
  state.mac.store(link.mac.to_u64(), std::memory_order_relaxed);
  state.mtu.store(link.mtu, std::memory_order_relaxed);
  state.up.store(link.up, std::memory_order_relaxed);
}

}  // namespace vxtap::daemon
