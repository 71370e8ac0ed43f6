#include "config/sections.hpp"

namespace vxtap::config {
namespace {

constexpr Choice<PeerMode> kModes[] = {{"unicast", PeerMode::kUnicast},
                                       {"multicast-group", PeerMode::kMulticastGroup},
                                       {"static-flood", PeerMode::kStaticFlood}};

void read_mode(const Value& value, PeersDraft& peers) {
  peers.mode.source = value;
  peers.mode.value = read_choice(value, kModes);
}

RemotesKey single(const Value& value) {
  RemotesKey key{value, {}};
  if (auto remote = read_remote_draft(value)) key.remotes.push_back(*std::move(remote));
  return key;
}

void read_one_remote(const Value& value, PeersDraft& peers) {
  peers.remote = single(value);
}
void read_group(const Value& value, PeersDraft& peers) {
  peers.group = single(value);
}

void read_remotes(const Value& value, PeersDraft& peers) {
  peers.remotes.source = value;
  if (!require_list(value, "a list such as [192.0.2.2, \"192.0.2.3:8472\"]")) return;
  for (std::size_t i = 0; i < value.node().items.size(); ++i)
    if (auto remote = read_remote_draft(value.element(i)))
      peers.remotes.remotes.push_back(*std::move(remote));
}

constexpr Field<PeersDraft> kPeersFields[] = {
    {"mode", read_mode}, {"remote", read_one_remote}, {"group", read_group}, {"remotes", read_remotes}};

}  // namespace

constinit const Section<PeersDraft> kPeersSection{"segments[].peers", kPeersFields};

std::optional<RemoteDraft> read_remote_draft(const Value& value) {
  auto written = read_remote(value);
  if (!written) return std::nullopt;
  return RemoteDraft{*std::move(written), value};
}

}  // namespace vxtap::config
