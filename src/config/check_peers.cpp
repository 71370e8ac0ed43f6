#include "config/check_peers.hpp"

#include <algorithm>
#include <map>

namespace vxtap::config {
namespace {

struct ModeKey {
  PeerMode mode;
  std::string_view word;
  std::string_view key;
  std::string_view form;
  RemotesKey PeersDraft::*remotes;
};
constexpr ModeKey kModeKeys[] = {
    {PeerMode::kUnicast, "unicast", "remote", "remote: ADDRESS", &PeersDraft::remote},
    {PeerMode::kMulticastGroup, "multicast-group", "group", "group: ADDRESS", &PeersDraft::group},
    {PeerMode::kStaticFlood, "static-flood", "remotes", "remotes: [ADDRESS, ...]", &PeersDraft::remotes},
};

/// Valid on one link only, as a host's address or as a group (RFC 4291 section 2.7, scope 2).
bool is_bound_to_link(const VtepAddress& address) {
  const bool link_group = address.mapped()[0] == 0xFF && (address.mapped()[1] & 0x0F) == 2;
  return address.is_link_local() || link_group;
}

/// Why the remote cannot be reached from the underlay's local address, and the mend; empty when it can.
std::string unreachable(const ScopedAddress& remote, const Underlay& underlay) {
  if (underlay.local.is_unspecified()) return {};
  if (remote.address.is_v4() != underlay.local.is_v4())
    return "is " + std::string(family_of(remote.address)) + " but underlay.local " +
           underlay.local.to_string() + " is " + std::string(family_of(underlay.local)) + "; use one family";
  if (remote.address == underlay.local)
    return "is this VTEP's own underlay.local; write the other end's address";
  if (!is_bound_to_link(remote.address))
    return remote.scope.empty() ? "" : "has a scope but is not link-local; leave out %" + remote.scope;
  const std::string& link = underlay.link();
  if (link.empty() && !underlay.local.is_link_local())
    return "is link-local; set underlay.device to its interface";
  if (!link.empty() && !remote.scope.empty() && remote.scope != link)
    return "is on another link than underlay.local; write %" + link + " or leave the scope out";
  return {};
}

/// Reports what is wrong with the remote. `group`: it has to be a multicast group, else it must not be one.
void check_remote(const RemoteDraft& remote, const Underlay& underlay, bool group) {
  const VtepAddress& address = remote.written.where.address;
  const std::string text = quote(remote.source.node().text);
  const auto problem = not_unicast(address);
  if (group && !address.is_multicast())
    return remote.source.fail(
        text + " is no multicast group; write one such as 239.1.1.1 or ff0e::1, or use mode unicast");
  if (!group && address.is_multicast())
    return remote.source.fail(text +
                              " is a multicast group; write a host's address, or use mode multicast-group");
  if (!group && !problem.empty())
    return remote.source.fail(text + " " + std::string(problem) + "; write a host's address");
  const auto obstacle = unreachable(remote.written.where, underlay);
  if (!obstacle.empty()) remote.source.fail(text + " " + obstacle);
}

Remote complete(const WrittenRemote& written, const Underlay& underlay) {
  return {written.where.address, written.port == 0 ? underlay.port : written.port};
}

void report_missing_mode(const PeersDraft& peers) {
  const auto given = std::ranges::find_if(
      kModeKeys, [&](const auto& row) { return (peers.*row.remotes).source.has_value(); });
  const auto word = given == std::end(kModeKeys) ? kModeKeys[0].word : given->word;
  peers.source->fail("has no mode; add `mode: " + std::string(word) + "`");
}

/// Reports keys of other modes, or else the absence of this mode's.
void check_keys(const PeersDraft& peers, const ModeKey& wanted) {
  bool found = (peers.*wanted.remotes).source.has_value();
  for (const ModeKey& row : kModeKeys) {
    const auto& source = (peers.*row.remotes).source;
    if (row.mode == wanted.mode || !source) continue;
    found = true;
    source->fail("is for mode " + std::string(row.word) + "; mode " + std::string(wanted.word) + " takes `" +
                 std::string(wanted.form) + "`");
  }
  if (!found)
    peers.source->fail("has no " + std::string(wanted.key) + "; mode " + std::string(wanted.word) +
                       " needs `" + std::string(wanted.form) + "`");
}

void check_group(const SegmentDraft& draft) {
  const Value& source = *draft.peers.group.source;
  if (draft.underlay.values.device.empty()) source.fail("has no interface to join on; set underlay.device");
  if (draft.underlay.values.accept.kind == Accept::Kind::kPeers)
    source.reporter().warning(source.position(),
                              source.path() +
                                  " accepts packets of every source on its underlay; list the peers' "
                                  "prefixes in underlay.accept to narrow it");
}

}  // namespace

std::string_view family_of(const VtepAddress& address) {
  return address.is_v4() ? "IPv4" : "IPv6";
}

Peers check_peers(const SegmentDraft& draft) {
  const PeersDraft& peers = draft.peers;
  if (!peers.source) {
    draft.source.fail("has no peers; add `peers: {mode: unicast, remote: ADDRESS}` or another mode");
    return {};
  }
  if (!peers.mode.value) {
    const auto kind = peers.source->node().kind;
    if (!peers.mode.source && (kind == Node::Kind::kMap || kind == Node::Kind::kNull))
      report_missing_mode(peers);
    return {};
  }
  const ModeKey& row = *std::ranges::find(kModeKeys, *peers.mode.value, &ModeKey::mode);
  check_keys(peers, row);
  Peers out{row.mode, {}, {}};
  std::map<Remote, Position> seen;
  for (const RemoteDraft& remote : (peers.*row.remotes).remotes) {
    check_remote(remote, draft.underlay.values, row.mode == PeerMode::kMulticastGroup);
    out.remotes.push_back(complete(remote.written, draft.underlay.values));
    out.positions.push_back(remote.source.position());
    const auto [first, is_new] = seen.try_emplace(out.remotes.back(), remote.source.position());
    if (!is_new)
      remote.source.fail(quote(remote.source.node().text) + " stands in the list twice; remove one");
  }
  if (row.mode == PeerMode::kMulticastGroup && peers.group.source) check_group(draft);
  return out;
}

std::vector<StaticEntry> check_static_entries(const SegmentDraft& draft) {
  const FdbDraft& fdb = draft.fdb;
  std::vector<StaticEntry> out;
  std::map<MacAddress, Position> seen;
  for (const StaticDraft& entry : fdb.static_entries) {
    check_remote(entry.remote, draft.underlay.values, false);
    out.push_back(
        {entry.mac, complete(entry.remote.written, draft.underlay.values), entry.source.position()});
    const auto [first, is_new] = seen.try_emplace(entry.mac, entry.source.position());
    if (!is_new)
      entry.source.fail(quote(entry.source.node().text) + " has an entry at line " +
                        std::to_string(first->second.line) + "; keep one of them");
  }
  if (out.size() > fdb.values.limit)
    fdb.static_source->fail("has " + std::to_string(out.size()) + " entries but fdb.limit is " +
                            std::to_string(fdb.values.limit) + "; raise the limit");
  return out;
}

}  // namespace vxtap::config
