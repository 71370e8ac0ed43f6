// The part of the daemon that looks at itself and at the underlay: path-mtu and doctor.
#include <algorithm>
#include <set>

#include "inspect/path_mtu.hpp"
#include "io/system_error.hpp"
#include "vxtap/bytes.hpp"
#include "vxtapd/daemon.hpp"
#include "vxtapd/doctor_facts.hpp"
#include "vxtapd/inspect_documents.hpp"

namespace vxtap::daemon {
namespace {

/// What the kernel refuses is told as a refusal, with the object that it refused.
template <class Work>
control::json::value refusing(const Work& work) {
  try {
    return work();
  } catch (const io::SystemError& error) {
    throw control::refused(error.what());
  }
}

/// Segments whose packets could take the way to `remote`: of the VNI if one was given, and of its family.
std::vector<const SegmentRecord*> candidates(const State& state, const control::PathMtuRequest& request) {
  std::vector<const SegmentRecord*> found;
  bool known = false;
  for (const auto& segment : state.segments) {
    if (request.vni && segment.config.vni != *request.vni) continue;
    known = true;
    if (segment.config.underlay.local.is_v4() == request.remote.is_v4()) found.push_back(&segment);
  }
  const std::string remote = request.remote.to_string();
  const std::string family = request.remote.is_v4() ? "an IPv4" : "an IPv6";
  if (!known && request.vni)
    throw control::refused("VNI " + std::to_string(request.vni->value()) +
                           ": no such segment; `vxtapctl show` lists those configured");
  if (found.empty())
    throw control::refused(remote + ": " + (request.vni ? "the segment has not " : "no segment has ") +
                           family + " local address to go there from; give a remote of the other family");
  return found;
}

std::vector<const SegmentRecord*> sharers(const std::vector<const SegmentRecord*>& segments,
                                          const SegmentRecord& first) {
  std::vector<const SegmentRecord*> same;
  for (const auto* segment : segments)
    if (segment->config.underlay.local == first.config.underlay.local &&
        segment->config.underlay.device == first.config.underlay.device)
      same.push_back(segment);
  return same;
}

/// The segments that send there, or else all that could, of one local VTEP.
std::vector<const SegmentRecord*> senders_to(const State& state, const control::PathMtuRequest& request) {
  const auto all = candidates(state, request);
  std::vector<const SegmentRecord*> peers;
  for (const auto* segment : all) {
    const auto known = peers_of(*segment);
    if (std::ranges::find(known, request.remote) != known.end()) peers.push_back(segment);
  }
  const auto& chosen = peers.empty() ? all : peers;
  return sharers(chosen, *chosen.front());
}

/// Not of a group, nor of what IANA reserves in IPv4: 0.0.0.0/8 and 240.0.0.0/4 with its broadcast address.
bool is_host(const VtepAddress& address) {
  if (address.is_multicast() || address.is_unspecified()) return false;
  const auto first = address.octets().front();
  return !address.is_v4() || (first != 0 && first < 240);
}

inspect::PathQuestion question_of(const State& state, const control::PathMtuRequest& request) {
  const auto segments = senders_to(state, request);
  const auto endpoint =
      std::ranges::find(state.endpoints, segments.front()->key.endpoint, &EndpointRecord::id);
  inspect::PathQuestion question{.remote = request.remote, .local = endpoint->vtep, .taps = {}};
  for (const auto* segment : segments) {
    const TapRecord& tap = state.taps.at(segment->tap);
    const auto same = [&](const inspect::PathTap& known) { return known.name == tap.settings.name; };
    if (std::ranges::none_of(question.taps, same))
      question.taps.push_back(
          {segment->config.vni, segment->config.name, tap.settings.name, tap.state->mtu.load()});
  }
  return question;
}

}  // namespace

control::Later Daemon::path_mtu(const control::PathMtuRequest& request) {
  if (!is_host(request.remote) || io::is_broadcast(netlink_.addresses(), request.remote))
    throw control::refused(request.remote.to_string() +
                           ": not the address of one host; give that of a remote");
  const auto question = question_of(state_, request);
  return errand_.call([question](const std::stop_token& stop) {
    return refusing([&] { return path_mtu_document(question, inspect::probe_path_mtu(question, stop)); });
  });
}

/// Each segment about every two seconds: age() comes four times a second.
void Daemon::note_traffic() {
  constexpr std::size_t kTurns = 8;
  const auto now = std::chrono::steady_clock::now();
  const auto& segments = state_.segments;
  for (std::size_t left = segments.size() / kTurns + 1; left != 0; --left) {
    if (next_noted_ >= segments.size()) {
      next_noted_ = 0;
      observations_.silence().keep([this](SegmentKey key) { return state_.segment(key) != nullptr; });
      return;
    }
    const auto& segment = segments[next_noted_++];
    observations_.silence().note(segment.key, traffic_of(*segment.state), now);
  }
}

control::Later Daemon::doctor() {
  auto facts = daemon_facts(state_, observations_);
  std::set<VtepAddress> heard;
  fdb_.for_each([&](const FdbEntry& entry) {
    if (entry.origin == FdbOrigin::kLearned) heard.insert(entry.remote.address);
  });
  for (auto& remote : facts.remotes) remote.heard = remote.heard || heard.contains(remote.remote.address);
  const auto sums = totals();
  const auto growth = [](std::uint64_t count) { return inspect::Growth{count, count}; };
  std::ranges::transform(sums.drops, facts.drops.begin(), growth);
  facts.socket_overflows = growth(sums.socket_overflows);
  facts.trains_refused = growth(sums.trains_refused);
  facts.superframes_refused = growth(sums.superframes_refused);
  facts.rp_filtered = growth(std::max(rp_filtered(), rp_filtered_at_start_) - rp_filtered_at_start_);
  facts.workers = workers_->size();
  facts.stuck_workers = stuck_workers();
  // The history is the errand's alone while it runs, and there is one at a time.
  return errand_.call([facts = std::move(facts), history = growth_](const std::stop_token& stop) mutable {
    return refusing([&] {
      add_host_facts(facts);
      add_probe_facts(facts, stop);
      history->judge(facts, std::chrono::steady_clock::now());
      return doctor_document(inspect::examine(facts));
    });
  });
}

}  // namespace vxtap::daemon
