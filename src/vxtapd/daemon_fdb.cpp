// The part of the daemon that changes the FDB when the control socket asks for it, with the rules of `bridge
// fdb` (drivers/net/vxlan/vxlan_core.c, vxlan_fdb_update and vxlan_fdb_delete).
#include <algorithm>

#include "vxtapd/daemon.hpp"

namespace vxtap::daemon {
namespace {

std::string entry_text(const MacAddress& mac, const Remote& remote) {
  return mac.to_string() + " to " + to_string(remote);
}

/// Those that entries of the MAC name.
std::vector<Remote> remotes_of(const SegmentRecord& segment, const MacAddress& group) {
  std::vector<Remote> remotes;
  if (segment.memberships == nullptr) return remotes;
  for (const auto& row : segment.memberships->list(0))
    if (row.group == MulticastGroup(group)) remotes.push_back(row.remote);
  return remotes;
}

std::string no_such_entry(const control::FdbChange& change) {
  return change.mac.to_string() + (change.remote ? " to " + change.remote->to_string() : "") +
         ": no such entry in vni " + std::to_string(change.vni.value()) + "; `vxtapctl fdb show` lists them";
}

}  // namespace

control::Outcome outcome_of(const std::function<void()>& change) {
  try {
    change();
  } catch (const control::Fault& fault) {
    return {false, {fault.what()}};
  }
  return {};
}

Remote remote_for(const SegmentRecord& segment, const VtepAddress& address,
                  const std::optional<std::uint16_t>& port) {
  const config::Underlay& underlay = segment.config.underlay;
  const std::string text = address.to_string();
  if (address.is_v4() != underlay.local.is_v4())
    throw control::refused(text + ": not of the address family of underlay.local " +
                           underlay.local.to_string());
  const auto& written = segment.config.peers.remotes;
  const Remote remote{address, port.value_or(underlay.port)};
  if (std::ranges::find(written, remote) != written.end()) return remote;  // the file's own, its group too
  if (address == VtepAddress::from_v4({255, 255, 255, 255}))
    throw control::refused(text + ": the broadcast address; name each remote");
  if (address.is_unspecified() || address.is_multicast())
    throw control::refused(text +
                           ": no host's address; a group is joined by `mode: multicast-group` in the file");
  if (address == underlay.local) throw control::refused(text + ": this VTEP's own address");
  return remote;
}

SegmentRecord& Daemon::only_segment(Vni vni) {
  SegmentRecord* found = nullptr;
  for (auto& segment : state_.segments) {
    if (segment.config.vni != vni) continue;
    if (found != nullptr)
      throw control::refused("vni " + std::to_string(vni.value()) +
                             ": on several local addresses or ports (" + found->config.name + ", " +
                             segment.config.name + "); only the file can tell them apart");
    found = &segment;
  }
  if (found == nullptr)
    throw control::refused("vni " + std::to_string(vni.value()) +
                           ": no such segment; `vxtapctl show` lists them");
  return *found;
}

control::Outcome Daemon::change_fdb(const control::FdbChange& change) {
  return outcome_of([&] {
    SegmentRecord& segment = only_segment(change.vni);
    const bool removes = change.verb == control::FdbVerb::kDelete;
    if (!removes && !change.remote)
      throw control::refused(change.mac.to_string() + ": has no remote; give --remote");
    const bool of_many = change.mac.is_zero() || change.mac.is_multicast();
    if (of_many && !removes && change.state == FdbState::kReachable)
      throw control::refused(change.mac.to_string() +
                             ": only a unicast MAC's entry can age; leave out --dynamic");
    if (of_many && change.verb == control::FdbVerb::kReplace)
      throw control::refused(change.mac.to_string() +
                             ": only a unicast MAC's entry can be replaced; use del and append");
    if (change.mac.is_zero()) return change_flood_list(segment, change);
    if (!change.mac.is_multicast() && removes) return delete_entry(segment, change);
    if (change.mac.is_multicast()) return change_group_entry(segment, change);
    add_entry(segment, change, remote_for(segment, *change.remote, change.port));
  });
}

void Daemon::change_group_entry(SegmentRecord& segment, const control::FdbChange& change) {
  const auto present = remotes_of(segment, change.mac);
  if (change.remote) {
    if (change.verb == control::FdbVerb::kAdd && !present.empty())
      throw control::refused(change.mac.to_string() + ": has remotes; use append to add another");
    const Remote remote = remote_for(segment, *change.remote, change.port);
    return change_group(segment, change.mac, remote, change.verb != control::FdbVerb::kDelete);
  }
  if (present.empty()) throw control::refused(no_such_entry(change));
  if (present.size() > 1)
    throw control::refused(change.mac.to_string() + ": which of its remotes? give --remote");
  change_group(segment, change.mac, present.front(), false);
}

void Daemon::add_entry(SegmentRecord& segment, const control::FdbChange& change, const Remote& remote) {
  const FdbKey key{segment.key, change.mac};
  FdbAccount& account = segment.state->fdb;
  const auto present = fdb_.lookup(key);
  if (present && change.verb == control::FdbVerb::kAppend)
    throw control::refused(
        entry_text(change.mac, present->remote) +
        ": exists; only multicast MACs and the all-zero MAC have several remotes, use replace");
  if (present && change.verb == control::FdbVerb::kAdd)
    throw control::refused(entry_text(change.mac, present->remote) + ": exists; use replace");
  if (!present && account.entries.load() >= account.limit.load()) {
    // Or whoever floods MACs would keep out the static entry that is to stop him.
    const auto gone = fdb_.make_room(segment.key, account);
    if (!gone)
      throw control::refused("segment " + segment.config.name + ": fdb.limit " +
                             std::to_string(account.limit.load()) +
                             " is reached, by entries none of which gives way; raise it, or delete some");
    announce(control::FdbAction::kDeleted, *gone);
  }
  const FdbEntry entry{key,
                       remote,
                       change.state,
                       FdbOrigin::kControl,
                       to_tick(std::chrono::steady_clock::now()),
                       change.sticky && change.state == FdbState::kReachable};
  if (!fdb_.put(entry, account))
    throw control::refused("fdb: no memory for " + entry_text(change.mac, remote));
  // Thousands may be added one by one: the workers need not hear of each.
  const bool accepted = has_control_entry_to(segment, remote.address);
  segment.control_entries[change.mac] = remote;
  if (!accepted) publish_table();
  if (present) publish_soon();  // whose remote may no longer be accepted
  announce(control::FdbAction::kAdded, entry);
}

void Daemon::delete_entry(SegmentRecord& segment, const control::FdbChange& change) {
  const FdbKey key{segment.key, change.mac};
  const auto present = fdb_.lookup(key);
  const bool meant =
      present && (!change.remote || (present->remote.address == *change.remote &&
                                     change.port.value_or(present->remote.port) == present->remote.port));
  if (!meant) throw control::refused(no_such_entry(change));
  fdb_.erase(key, segment.state->fdb);
  announce(control::FdbAction::kDeleted,
           {key, present->remote, present->state, present->origin, present->heard_at});
  if (!has_control_entry_to(segment, present->remote.address)) publish_table();
}

/// The all-zero MAC.
void Daemon::change_flood_list(SegmentRecord& segment, const control::FdbChange& change) {
  auto& list = segment.flood_list;
  const std::string zero = MacAddress().to_string();
  if (!change.remote && list.size() > 1)
    throw control::refused(zero + ": which of its remotes? give --remote");
  if (change.verb == control::FdbVerb::kDelete) {
    const auto found = std::ranges::find_if(list, [&](const Remote& remote) {
      return !change.remote ||
             (remote.address == *change.remote && change.port.value_or(remote.port) == remote.port);
    });
    if (found == list.end())
      throw control::refused(zero + (change.remote ? " to " + change.remote->to_string() : "") +
                             ": no such remote in the flood list of vni " +
                             std::to_string(change.vni.value()) + "; `vxtapctl fdb show` has it");
    const Remote gone = *found;
    list.erase(found);
    publish_table();
    announce(control::FdbAction::kDeleted,
             {{segment.key, {}}, gone, FdbState::kPermanent, FdbOrigin::kControl, 0});
    return;
  }
  const Remote remote = remote_for(segment, *change.remote, change.port);
  if (change.verb == control::FdbVerb::kAdd && !list.empty())
    throw control::refused(zero + ": has remotes; use append to add another");
  if (std::ranges::find(list, remote) != list.end())
    throw control::refused(entry_text({}, remote) + ": is in the flood list");
  list.push_back(remote);
  publish_table();
  announce(control::FdbAction::kAdded,
           {{segment.key, {}}, remote, FdbState::kPermanent, FdbOrigin::kControl, 0});
}

std::size_t Daemon::flush_fdb(const control::FdbSelection& selection) {
  // Who is forgotten is not answered for either.
  if (!selection.remote && selection.state.value_or(FdbState::kReachable) == FdbState::kReachable)
    for (auto& segment : state_.segments)
      if (!selection.vni || segment.config.vni == *selection.vni) segment.state->neighbours.clear_snooped();
  return flush([&](const FdbEntry& entry) {
    return entry.state == selection.state.value_or(FdbState::kReachable) &&
           (!selection.vni || entry.key.segment.vni == *selection.vni) &&
           (!selection.remote || entry.remote.address == *selection.remote);
  });
}

std::size_t Daemon::flush(const std::function<bool(const FdbEntry&)>& doomed) {
  return fdb_.flush(
      doomed, [this](SegmentKey key) { return account_of(key); },
      [this](const FdbEntry& entry) { announce(control::FdbAction::kDeleted, entry); });
}

/// Tells subscribers of an entry that came or went, and forgets what the control socket made of one that
/// went.
void Daemon::announce(control::FdbAction action, const FdbEntry& entry) {
  SegmentRecord* segment = state_.segment(entry.key.segment);
  if (segment == nullptr) return;
  if (action != control::FdbAction::kAdded && segment->control_entries.erase(entry.key.mac) != 0)
    publish_soon();  // its remote may no longer be accepted
  take(TableEvent{entry.key.segment, action, entry.key.mac, entry.remote, std::nullopt});
}

}  // namespace vxtap::daemon
