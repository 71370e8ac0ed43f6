// The part of the daemon that follows interfaces: a TAP may be set down, deleted and made again while we run.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "config/diagnostics.hpp"
#include "handover/descriptor_names.hpp"
#include "io/system_error.hpp"
#include "vxtapd/daemon.hpp"

namespace vxtap::daemon {
namespace {

constexpr std::chrono::milliseconds kRetryAfter{200};

}  // namespace

void Daemon::read_link_events() {
  if (monitor_.drain([this](const io::LinkEvent& event) { link_changed(event); })) resync_links();
}

void Daemon::link_changed(const io::LinkEvent& event) {
  if (event.deleted)
    warn_of_lost_device(event.link.name);
  else if (is_missed(event.link))
    rebind(std::chrono::milliseconds(0));
  for (auto& [id, tap] : state_.taps) {
    if (tap.device != nullptr && tap.device->index() == event.link.index) {
      if (event.deleted)
        tap_out_of_sight(tap);
      else
        tap_changed(tap, event.link);
    } else if (is_back(tap, event)) {
      tap_back(tap, event.link);
    } else if (tap.device == nullptr && !event.deleted && tap.settings.name == event.link.name) {
      retry_lost_taps();
    }
  }
}

/// Sockets bound to a device stay bound to the one that went. When there is one of its name again, they are
/// opened anew, as by a reload, as soon as it has the address.
void Daemon::rebind(std::chrono::milliseconds after) {
  rebind_timer_.expires_after(after);
  rebind_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    try {
      commit(prepare(state_.config, state_, workers_->size(), netlink_));
      resync_links();
      spdlog::info("underlay: a device is back, its sockets are open again");
    } catch (const std::exception& refusal) {
      spdlog::debug("underlay: not yet: {}", refusal.what());
      rebind(kRetryAfter);
    }
    note_busy();
  });
}

/// Whether sockets wait for an interface of that name, under another number than theirs.
bool Daemon::is_missed(const io::LinkInfo& link) const {
  return std::ranges::any_of(state_.endpoints, [&](const EndpointRecord& endpoint) {
    return endpoint.link == link.name && endpoint.vtep.scope != static_cast<std::uint32_t>(link.index);
  });
}

void Daemon::warn_of_lost_device(const std::string& name) const {
  for (const auto& endpoint : state_.endpoints)
    if (endpoint.link == name)
      spdlog::warn("device {}: deleted; {} sends and receives nothing until it returns", name,
                   io::describe(endpoint.vtep));
}

void Daemon::tap_changed(TapRecord& tap, const io::LinkInfo& link) {
  if (tap.device->note_name(link.name) && link.name != tap.settings.name)
    spdlog::warn("tap {}: somebody renamed it to {}; it is served on, and reported under its old name",
                 tap.settings.name, config::quote(link.name));
  const bool was_up = tap.state->up.load(std::memory_order_relaxed);
  refresh_tap_state(*tap.state, link);
  if (was_up == link.up) return;
  tell_of_tap(link.up ? control::SegmentAction::kUp : control::SegmentAction::kDown, tap.id);
  spdlog::log(link.up ? spdlog::level::info : spdlog::level::warn, "tap {}: {}", tap.settings.name,
              link.up ? "up" : "down; frames for it are dropped and its learned entries removed");
  if (!link.up) flush_dynamic(tap.id);
}

void Daemon::tap_out_of_sight(TapRecord& tap) {
  if (!tap.device->exists()) return tap_lost(tap);
  if (tap.device->index() == 0) return;
  spdlog::info("tap {}: moved to another network namespace; it is served on, and taken for up there",
               tap.settings.name);
  tap.device->set_index(0);
  tap.state->up.store(true, std::memory_order_relaxed);
}

bool Daemon::is_back(const TapRecord& tap, const io::LinkEvent& event) {
  return !event.deleted && tap.device != nullptr && tap.device->index() == 0 && tap.device->is(event.link);
}

/// The kernel set it down and took its addresses when it moved.
void Daemon::tap_back(TapRecord& tap, const io::LinkInfo& link) {
  spdlog::info("tap {}: back in this network namespace", tap.settings.name);
  tap.device->set_index(link.index);
  try {
    tap.device->configure(tap.settings);
    for (const auto& warning : tap.device->warnings()) spdlog::warn("{}", warning);
  } catch (const io::SystemError& error) {
    spdlog::warn("tap {}: {}", tap.settings.name, error.what());  // gone again
  }
  tap_changed(tap, netlink_.link(link.index).value_or(link));
}

/// Nobody tells of what becomes of them.
void Daemon::look_after_moved_taps() {
  for (auto& [id, tap] : state_.taps)
    if (tap.device != nullptr && tap.device->index() == 0 && !tap.device->exists()) tap_lost(tap);
}

void Daemon::tap_lost(TapRecord& tap) {
  spdlog::warn(
      "tap {}: deleted; frames for it are dropped until it returns (ip tuntap add {} mode tap multi_queue, "
      "or reload)",
      tap.settings.name, tap.settings.name);
  tap.state->up.store(false, std::memory_order_relaxed);
  std::vector<dataplane::WorkerChange> changes(workers_->size());
  for (auto& change : changes) change.remove_taps.push_back(tap.id);
  workers_->apply(std::move(changes));
  tap.device.reset();
  handover_.forget(handover::name_of_tap(tap.settings.name));
  tell_of_tap(control::SegmentAction::kGone, tap.id);
  flush_dynamic(tap.id);
}

void Daemon::flush_dynamic(TapId tap) {
  const auto of_tap = [&](const FdbEntry& entry) {
    const SegmentRecord* segment = state_.segment(entry.key.segment);
    return segment != nullptr && segment->tap == tap && entry.state == FdbState::kReachable;
  };
  flush(of_tap);
}

/// Events were lost, or a new set of TAPs took over: reads each TAP's state anew. What still waits to be
/// drained is older than that, and would show interfaces on their way up.
void Daemon::resync_links() {
  while (monitor_.drain([](const io::LinkEvent&) {})) continue;
  for (auto& [id, tap] : state_.taps) {
    if (tap.device == nullptr) continue;
    const bool moved = tap.device->index() == 0;
    const auto link = moved ? netlink_.link(tap.settings.name) : netlink_.link(tap.device->index());
    if (!link)
      tap_out_of_sight(tap);
    else if (!moved)
      tap_changed(tap, *link);
    else if (tap.device->is(*link))
      tap_back(tap, *link);
  }
}

/// Takes up every lost TAP whose name exists again. Who makes it may hold it for a moment more, so a refusal
/// is tried again for as long as the interface is there.
void Daemon::retry_lost_taps() {
  bool again = false;
  for (auto& [id, tap] : state_.taps) {
    if (tap.device != nullptr || !netlink_.link(tap.settings.name)) continue;
    std::vector<dataplane::WorkerChange> changes(workers_->size());
    try {
      open_tap(tap, changes);
      keep_descriptors(state_, changes);
      workers_->apply(std::move(changes));
      if (const auto link = netlink_.link(tap.settings.name)) refresh_tap_state(*tap.state, *link);
      spdlog::info("tap {}: picked up again", tap.settings.name);
      tell_of_tap(control::SegmentAction::kReturned, id);
      for (const auto& warning : tap.device->warnings()) spdlog::warn("{}", warning);
    } catch (const std::exception& error) {
      spdlog::debug("tap {}: not yet: {}", tap.settings.name, error.what());
      again = true;
    }
  }
  if (!again) return;
  tap_retry_timer_.expires_after(kRetryAfter);
  tap_retry_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) retry_lost_taps();
  });
}

}  // namespace vxtap::daemon
