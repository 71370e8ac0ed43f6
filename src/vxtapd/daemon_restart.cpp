// The part of the daemon that lets the next process go on where this one ends: see handover/inheritance.hpp.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "handover/descriptor_names.hpp"
#include "inspect/words.hpp"
#include "io/system_error.hpp"
#include "service/service_job.hpp"
#include "vxtapd/daemon.hpp"
#include "vxtapd/saved_records.hpp"

namespace vxtap::daemon {
namespace {

/// Of the time, saving takes at most one part in so many.
constexpr int kLeastShare = 50;

std::string name_of_socket(const State& state, const dataplane::WorkerChange::AddReceiver& add) {
  const auto endpoint = std::ranges::find(state.endpoints, add.endpoint.id, &EndpointRecord::id);
  for (const auto& [group, record] : endpoint->groups)
    if (record.receiver == add.id) return handover::name_of_group(endpoint->vtep, group);
  return handover::name_of_receivers(endpoint->vtep);
}

}  // namespace

handover::Inheritance Daemon::receive_inheritance() {
  auto received = handover_.receive();
  if (!received.refused.empty())
    spdlog::warn("what the last vxtapd left is not taken over: {}; TAPs and sockets are opened anew",
                 received.refused);
  const handover::SavedState& state = received.inheritance.state();
  if (state.sequence != 0)
    spdlog::info("taking over of the last vxtapd: {}, {}, {}",
                 inspect::counted(received.inheritance.taps(), "TAP"),
                 inspect::counted(received.inheritance.sockets(), "socket"),
                 inspect::counted(state.fdb.size(), "FDB row"));
  inherited_totals_ = state.totals;
  return std::move(received.inheritance);
}

void Daemon::keep_descriptors(const State& before, const std::vector<dataplane::WorkerChange>& changes) {
  if (!handover_.active()) return;
  handover::Handover::Descriptors descriptors;
  for (const auto& change : changes) {
    for (const auto& add : change.add_taps)
      if (add.reads)
        descriptors.emplace_back(handover::name_of_tap(state_.taps.at(add.id).settings.name),
                                 add.queue.get());
    for (const auto& add : change.add_receivers)
      descriptors.emplace_back(name_of_socket(state_, add), add.socket.get());
  }
  handover_.replace(descriptors);
  for (const auto& [id, tap] : before.taps)
    if (state_.tap(tap.settings.name) == nullptr) handover_.forget(handover::name_of_tap(tap.settings.name));
  for (const auto& endpoint : before.endpoints) forget_sockets(endpoint, state_.endpoint(endpoint.vtep));
}

/// Those of `endpoint` that it lost: `now` is the same a moment later, or null.
void Daemon::forget_sockets(const EndpointRecord& endpoint, const EndpointRecord* now) {
  if (now == nullptr) handover_.forget(handover::name_of_receivers(endpoint.vtep));
  for (const auto& [group, record] : endpoint.groups)
    if (now == nullptr || !now->groups.contains(group))
      handover_.forget(handover::name_of_group(endpoint.vtep, group));
}

void Daemon::save_state() {
  if (!handover_.active()) return;
  try {
    handover_.save(saved_state(state_, fdb_, totals()));
  } catch (const std::exception& error) {
    spdlog::warn("{}; a restart would find the state of {} s ago", error.what(),
                 kSaveEvery / std::chrono::seconds(1));
  }
}

void Daemon::save_regularly(std::chrono::steady_clock::duration after) {
  if (!handover_.active()) return;
  save_timer_.expires_after(after);
  save_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    const auto begin = std::chrono::steady_clock::now();
    save_state();
    const auto took = std::chrono::steady_clock::now() - begin;
    save_regularly(std::max(kSaveEvery, took * kLeastShare));
  });
}

/// Nothing is closed and nothing deleted: it all belongs to the next process now. Without one the service
/// manager closes what it keeps, one by one and while everybody waits for it; so the interfaces go here.
void Daemon::hand_over() {
  workers_->rest();
  if (service::stops_for_good())
    delete_own_taps(state_.taps, {});
  else
    save_state();
}

}  // namespace vxtap::daemon
