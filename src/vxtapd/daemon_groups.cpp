// The part of the daemon that follows the overlay's hosts: their multicast memberships, their addresses, and
// what the workers have to tell. Workers get a new table when it changed, a few times a second at most.
#include <spdlog/spdlog.h>

#include "vxtapd/daemon.hpp"

namespace vxtap::daemon {
namespace {

constexpr std::chrono::milliseconds kPublishEvery{100};
constexpr std::chrono::milliseconds kPublishRetry{1000};

std::string text_of(const MulticastGroup& group) {
  return std::visit([](const auto& address) { return address.to_string(); }, group);
}

GroupMemberships& memberships_of(SegmentRecord& segment) {
  if (segment.memberships == nullptr) segment.memberships = std::make_shared<GroupMemberships>();
  return *segment.memberships;
}

}  // namespace

std::vector<control::MdbReport> Daemon::mdb() const {
  const Tick now = to_tick(std::chrono::steady_clock::now());
  std::vector<control::MdbReport> reports;
  for (const auto& segment : state_.segments) {
    if (segment.memberships == nullptr) continue;
    for (const auto& row : segment.memberships->list(now))
      reports.push_back(
          {.vni = segment.config.vni,
           .segment = segment.config.name,
           .group = text_of(row.group),
           .remote = row.remote,
           .permanent = row.permanent,
           .expires_seconds = static_cast<double>(row.permanent ? 0 : row.seconds_left.value_or(0))});
  }
  return reports;
}

control::Outcome Daemon::change_mdb(const control::MdbChange& change) {
  control::FdbChange as_entry{.verb = change.add ? control::FdbVerb::kAppend : control::FdbVerb::kDelete,
                              .vni = change.vni,
                              .mac = {},
                              .remote = change.remote,
                              .port = change.port};
  if (const auto* mac = std::get_if<MacAddress>(&change.group)) {
    if (!mac->is_multicast()) return {false, {mac->to_string() + ": no multicast address"}};
    as_entry.mac = *mac;
    return change_fdb(as_entry);
  }
  return outcome_of([&] {
    SegmentRecord& segment = only_segment(change.vni);
    change_group(segment, change.group, remote_for(segment, change.remote, change.port), change.add);
  });
}

void Daemon::change_group(SegmentRecord& segment, const MulticastGroup& group, const Remote& remote,
                          bool add) {
  const std::string text = text_of(group) + " to " + to_string(remote);
  using Outcome = GroupMemberships::StaticOutcome;
  if (!add && !memberships_of(segment).remove_static(group, remote))
    throw control::refused(text + ": no such permanent entry");
  if (add) {
    const Outcome outcome = memberships_of(segment).add_static(group, remote);
    if (outcome == Outcome::kExists) throw control::refused(text + ": exists");
    if (outcome == Outcome::kFull)
      throw control::refused(text + ": no room for more groups, or for more remotes of this one");
    if (outcome == Outcome::kNotTracked)
      throw control::refused(text +
                             ": no multicast group, or one of the local link, which is always flooded");
  }
  segment.groups_stale = true;
  publish_table();
  const auto* mac = std::get_if<MacAddress>(&group);
  if (mac == nullptr) return;
  announce(add ? control::FdbAction::kAdded : control::FdbAction::kDeleted,
           {{segment.key, *mac}, remote, FdbState::kPermanent, FdbOrigin::kControl, 0});
}

void Daemon::publish_table() {
  for (auto& segment : state_.segments) {
    if (!segment.groups_stale) continue;
    segment.groups = segment.memberships->build();
    segment.groups_stale = false;
  }
  std::vector<dataplane::WorkerChange> changes(workers_->size());
  table_ = build_table(state_);
  for (auto& change : changes) change.table = table_;
  workers_->apply(std::move(changes));
  publish_pending_ = false;
}

void Daemon::publish_soon() {
  if (std::exchange(publish_pending_, true)) return;
  publish_after(kPublishEvery);
}

void Daemon::publish_after(std::chrono::milliseconds pause) {
  publish_timer_.expires_after(pause);
  publish_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || !publish_pending_) return;
    publish_after(kPublishRetry);  // in case there is no memory
    publish_table();
  });
}

void Daemon::take_events(const std::vector<EventQueue::Event>& events, std::uint64_t lost) {
  for (const auto& event : events) std::visit([this](const auto& one) { take(one); }, event);
  if (lost == 0) return;
  spdlog::debug("{} events of the packet path found no room", lost);
  if (server_->has_subscriber(control::EventTopic::kFdb))
    server_->publish(control::EventTopic::kFdb, control::lost_event(lost));
}

void Daemon::take(const TableEvent& event) {
  const SegmentRecord* segment = state_.segment(event.segment);
  if (segment == nullptr) return;
  observations_.saw(event, segment->config.name, std::chrono::steady_clock::now());
  if (!server_->has_subscriber(control::EventTopic::kFdb)) return;
  server_->publish(control::EventTopic::kFdb,
                   control::fdb_event({event.action, event.mac, segment->config.vni, segment->config.name,
                                       event.remote, event.from}));
}

void Daemon::take(const StrangerEvent& event) {
  observations_.saw(event);
}

void Daemon::take(const UnmappedEvent& event) {
  observations_.saw(event);
}

void Daemon::take(const MembershipEvent& event) {
  SegmentRecord* segment = state_.segment(event.segment);
  if (segment == nullptr || !segment->config.multicast_snooping) return;
  const Tick now = to_tick(std::chrono::steady_clock::now());
  GroupMemberships& memberships = memberships_of(*segment);
  const bool changed = event.from ? memberships.from_remote(event.message, *event.from, now)
                                  : memberships.from_host(event.message, now);
  if (!changed) return;
  segment->groups_stale = true;
  publish_soon();
}

/// What the overlay's hosts once said and did not say again.
void Daemon::expire_hosts() {
  const Tick now = to_tick(std::chrono::steady_clock::now());
  for (auto& segment : state_.segments) {
    if (segment.config.neighbour_suppression) segment.state->neighbours.expire(now);
    if (segment.memberships == nullptr) continue;
    const bool missed = segment.state->memberships_missed.exchange(false, std::memory_order_relaxed) &&
                        segment.memberships->miss();
    if (!segment.memberships->expire(now) && !missed) continue;
    segment.groups_stale = true;
    publish_soon();
  }
}

}  // namespace vxtap::daemon
