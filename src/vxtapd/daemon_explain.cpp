// The part of the daemon that tells what would become of a frame: it finds the TAP or the local VTEP that is
// meant, and knows the sockets, the routes and the configuration's lines.
#include <algorithm>
#include <map>

#include "inspect/doctor_checks.hpp"
#include "inspect/explain.hpp"
#include "io/path_mtu_cache.hpp"
#include "vxtap/vxlan_header.hpp"
#include "vxtapd/daemon.hpp"
#include "vxtapd/explain_document.hpp"

namespace vxtap::daemon {
namespace {

using inspect::Place;

std::string with_port(const io::LocalVtep& vtep) {
  return to_string(Remote{vtep.address, vtep.port});
}

/// For the time of one explanation. Control thread.
class DaemonSurroundings final : public inspect::Surroundings {
 public:
  DaemonSurroundings(const State& state, io::Netlink& netlink, const ConfigLines& lines)
      : state_(state), netlink_(netlink), lines_(lines) {}

  std::string tap_name(TapId tap) override { return state_.taps.at(tap).settings.name; }
  std::string endpoint_name(EndpointId id) override { return with_port(endpoint(id).vtep); }

  inspect::Sending sending(const Segment& segment, const OuterHeader& outer) override {
    const EndpointRecord& from = endpoint(segment.key.endpoint);
    const io::SenderPool& pool = *from.senders->at(outer.send_profile);
    const std::uint16_t port = pool.source_port(outer.flow_hash);
    return {port != 0 ? port : from.vtep.port, pool.profile().checksum, pool.profile().flow_label};
  }

  std::optional<io::Route> route(const Segment& segment, const Remote& remote) override {
    const io::LocalVtep& vtep = endpoint(segment.key.endpoint).vtep;
    return netlink_.route(remote.address, vtep.address, vtep.device);
  }

  std::string own_overlay(const std::string& device) override {
    if (facts_.taps.empty()) {
      for (const auto& [id, tap] : state_.taps) facts_.taps.push_back({.name = tap.settings.name});
      facts_.links = netlink_.links();
    }
    const auto* tap = inspect::tap_behind(facts_, device);
    return tap == nullptr ? std::string() : inspect::through(*tap, device);
  }

  std::uint32_t path_mtu(const Segment& segment, const Remote& remote) override {
    const io::LocalVtep& vtep = endpoint(segment.key.endpoint).vtep;
    if (paths_ == nullptr) paths_ = std::make_unique<io::PathMtuCache>(io::open_path_probe(vtep), vtep.scope);
    return paths_->mtu(remote, std::chrono::steady_clock::now());
  }

  inspect::Accepted accepted(const Segment& segment) override {
    const SegmentRecord& record = this->record(segment);
    const auto& accept = record.config.underlay.accept;
    switch (accept.kind) {
      case config::Accept::Kind::kAny:
        return {"any source", false};
      case config::Accept::Kind::kPrefixes:
        return {listed("the prefixes ", accept.prefixes,
                       [](const Prefix& one) {
                         return one.address.to_string() + "/" + std::to_string(one.length);
                       }),
                false};
      case config::Accept::Kind::kPeers:
        break;
    }
    if (record.config.peers.mode == PeerMode::kMulticastGroup)
      return {"any source, as its peers are a group", false};
    return {listed("its peers ", peers_of(record), [](const VtepAddress& one) { return one.to_string(); }),
            true};
  }

  Place key(const Segment& segment, std::string_view path) override {
    const config::Segment& written = record(segment).config;
    const config::Position position = written.where.of(path);
    return place(position.line != 0 ? position : written.position, position.line != 0);
  }

  Place flood_remote(const Segment& segment, const Remote& remote) override {
    const auto& peers = record(segment).config.peers;
    const auto found = std::ranges::find(peers.remotes, remote);
    if (found == peers.remotes.end()) return over_socket();
    return place(peers.positions[static_cast<std::size_t>(found - peers.remotes.begin())]);
  }

  Place entry(const Segment& segment, const MacAddress& mac, FdbOrigin origin) override {
    if (origin == FdbOrigin::kControl) return over_socket();
    if (origin == FdbOrigin::kLearned) return key(segment, "fdb.learning");
    const auto& entries = record(segment).config.fdb.static_entries;
    const auto found = std::ranges::find(entries, mac, &config::StaticEntry::mac);
    return found == entries.end() ? key(segment, "fdb.static") : place(found->position);
  }

  Place neighbour(const Segment& segment, const VtepAddress& ip) override {
    const auto& all = record(segment).config.neighbours;
    const auto found = std::ranges::find(all, ip, &config::Neighbour::ip);
    return found == all.end() ? key(segment, "neighbours") : place(found->position);
  }

 private:
  const State& state_;
  io::Netlink& netlink_;
  const ConfigLines& lines_;
  inspect::Facts facts_;                     // the TAPs and interfaces, once they were asked for
  std::unique_ptr<io::PathMtuCache> paths_;  // a frame has one segment, and that one local VTEP

  static Place over_socket() { return {"made over the control socket", 0, true}; }
  Place place(const config::Position& position, bool written = true) const {
    return {lines_.path() + ":" + std::to_string(position.line), position.line, written};
  }

  const EndpointRecord& endpoint(EndpointId id) const {
    return *std::ranges::find(state_.endpoints, id, &EndpointRecord::id);
  }
  const SegmentRecord& record(const Segment& segment) const { return *state_.segment(segment.key); }

  template <typename List, typename Text>
  static std::string listed(std::string words, const List& list, Text text) {
    constexpr std::size_t kMost = 8;
    if (list.empty()) return words + "(none)";
    for (std::size_t i = 0; i < std::min(list.size(), kMost); ++i)
      words += (i == 0 ? "" : ", ") + text(list[i]);
    return list.size() > kMost ? words + " and " + std::to_string(list.size() - kMost) + " more" : words;
  }
};

/// Whether what is sent there comes to its sockets.
bool hears(const EndpointRecord& local, const Remote& to) {
  return local.vtep.port == to.port &&
         (local.vtep.address == to.address || local.groups.contains(to.address));
}

}  // namespace

/// The one that hears its destination; where none does, or none is told, any of its address family. Of
/// several the one that has the VNI, asked for or in the datagram.
const EndpointRecord& Daemon::endpoint_for(const control::ExplainRequest& request) {
  if (request.vni) only_segment(*request.vni);  // throws where there is none, or several
  const auto header = VxlanHeader::parse(request.bytes);
  const auto vni = request.vni ? request.vni : header ? std::optional(header->vni()) : std::nullopt;
  const auto heard = [&](const EndpointRecord& one) { return request.to && hears(one, *request.to); };
  const bool arrives = std::ranges::any_of(state_.endpoints, heard);
  std::vector<const EndpointRecord*> all, carriers;
  std::string names;
  for (const auto& one : state_.endpoints) {
    if (one.vtep.address.is_v4() != request.from->is_v4() || (arrives && !heard(one))) continue;
    all.push_back(&one);
    if (vni && state_.segment({one.id, *vni}) != nullptr) carriers.push_back(&one);
    names += (names.empty() ? "" : ", ") + with_port(one.vtep);
  }
  if (all.empty())
    throw control::refused(request.from->to_string() +
                           ": there is no local VTEP of this address family; `vxtapctl show` has them all");
  if (carriers.size() > 1)
    throw control::refused("vni " + std::to_string(vni->value()) + ": on several local VTEPs (" + names +
                           "); only the file can tell them apart");
  if (carriers.size() == 1) return *carriers.front();
  if (all.size() == 1) return *all.front();
  throw control::refused(request.from->to_string() + ": at which local VTEP (" + names +
                         ")? give --vni with a segment of that one");
}

control::json::value Daemon::explain(const control::ExplainRequest& request) {
  const inspect::Tables tables{*table_, fdb_, std::chrono::steady_clock::now()};
  DaemonSurroundings surroundings(state_, netlink_, lines_);
  if (!request.from) {
    const SegmentRecord& segment = only_segment(*request.vni);
    return explain_document(inspect::explain_from_tap(tables, surroundings, segment.tap, request.bytes),
                            lines_);
  }
  const EndpointRecord& endpoint = endpoint_for(request);
  auto payload = request.bytes;
  const Datagram datagram{
      .source = *request.from, .source_port = request.from_port, .tos = request.tos, .payload = payload};
  auto told =
      inspect::explain_from_underlay(tables, surroundings, {endpoint.id, endpoint.vtep.address}, datagram);
  if (request.to && !hears(endpoint, *request.to))
    told.notes.insert(told.notes.begin(), "it was sent to " + to_string(*request.to) +
                                              ", where no local VTEP listens, and does not arrive; what "
                                              "follows is as if it had been sent to " +
                                              with_port(endpoint.vtep));
  return explain_document(told, lines_);
}

}  // namespace vxtap::daemon
