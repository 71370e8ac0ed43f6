#include "vxtapd/daemon.hpp"

#include <malloc.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <future>
#include <new>
#include <random>
#include <stdexcept>
#include <thread>
#include <utility>

#include "config/difference.hpp"
#include "dataplane/probes.hpp"
#include "inspect/words.hpp"
#include "io/system_error.hpp"
#include "service/logging.hpp"
#include "service/notify.hpp"
#include "vxtapd/confined.hpp"
#include "vxtapd/doctor_facts.hpp"
#include "vxtapd/poor_host.hpp"
#include "vxtapd/reports.hpp"
#include "vxtapd/saved_records.hpp"

namespace vxtap::daemon {
namespace {

constexpr unsigned kMostAutomaticWorkers = 4;

std::size_t worker_count(const config::Config& config) {
  if (config.workers) return *config.workers;
  return std::clamp(std::thread::hardware_concurrency(), 1U, kMostAutomaticWorkers);
}

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

Tick to_ticks(std::chrono::milliseconds duration) {
  return static_cast<Tick>((duration.count() + 99) / 100);  // never shorter than asked; 0 stays "never"
}

void apply_neighbours(NeighbourTable& table, const config::Segment& wanted) {
  std::vector<Binding> bindings;
  for (const auto& neighbour : wanted.neighbours) bindings.push_back({neighbour.ip, neighbour.mac});
  table.configure(bindings);
  table.set_ageing(to_ticks(wanted.fdb.ageing));
  if (!wanted.neighbour_suppression) table.clear_snooped();
}

void set_rates(StormControl& storm, const config::StormControl& wanted) {
  storm.of(FloodKind::kBroadcast).set_rate(wanted.broadcast.value_or(0));
  storm.of(FloodKind::kMulticast).set_rate(wanted.multicast.value_or(0));
  storm.of(FloodKind::kUnknownUnicast).set_rate(wanted.unknown_unicast.value_or(0));
}

constexpr std::string_view kMoreMemory =
    "give the service more (MemoryMax= of the unit, ulimit -v, vm.overcommit_memory)";

}  // namespace

Daemon::Daemon(std::string config_file, const config::Config& config, const service::Confinement& launch)
    : config_file_(std::move(config_file)),
      queue_(context_, [this](const auto& events, auto lost) { take_events(events, lost); }),
      events_(queue_),
      fdb_(random_seed()),
      lines_(config_file_),
      metrics_(context_, metrics_pages()),
      stop_signals_(context_, SIGTERM, SIGINT),
      reload_signals_(context_, SIGHUP),
      ageing_timer_(context_),
      tap_retry_timer_(context_),
      publish_timer_(context_),
      heartbeat_timer_(context_),
      rebind_timer_(context_),
      save_timer_(context_),
      rp_filtered_at_start_(rp_filtered()),
      last_reload_success_(std::chrono::system_clock::now()) {
  auto inheritance = receive_inheritance();
  const auto inherited_entries = inheritance.take_fdb();
  auto prepared = prepare(config, state_, worker_count(config), netlink_, std::move(inheritance));
  restore_entries(inherited_entries, prepared.state, fdb_);
  server_.emplace(context_, *this, control::ServerOptions{config.control.socket, config.control.group});
  server_->on_subscription([this] { subscriptions_changed(); });
  auto metrics = metrics_.prepare(config.metrics);
  tell_of_poor_host(prepared.state);
  confine(launch, config_file_, config);
  workers_.emplace(prepared.changes.size(), fdb_, events_);
  for (const auto& warning : prepared.warnings) spdlog::warn("{}", warning);
  delete_together(prepared.abandoned);
  commit(std::move(prepared));
  handover_.forget_rest();
  metrics_.commit(std::move(metrics));
}

Daemon::~Daemon() = default;

void Daemon::run() {
  monitor_readiness_ = std::make_unique<dataplane::Readiness>(context_, monitor_.fd(), [this] {
    monitor_readiness_->arm();
    read_link_events();
  });
  monitor_readiness_->arm();
  resync_links();
  stop_signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    spdlog::info("stopping on {}", signal == SIGTERM ? "SIGTERM" : "SIGINT");
    context_.stop();
  });
  wait_for_reload();
  age();
  note_busy();
  watch_workers();
  save_regularly(kSaveEvery);
  spdlog::info("running: {}", status());
  service::notify_ready(status());
  serve();
  service::notify_stopping();
  if (handover_.active())
    hand_over();
  else
    delete_own_taps(state_.taps, {});
}

/// What comes regularly waits for its next turn before it does anything else, so a handler that found no
/// memory costs no more than what it was about to do.
void Daemon::serve() {
  constexpr std::chrono::seconds kToldEvery{10};
  std::chrono::steady_clock::time_point told{};
  for (;;) try {
      context_.run();
      return;
    } catch (const std::bad_alloc&) {
      was_short_of_memory_ = true;
      const auto now = std::chrono::steady_clock::now();
      if (now - told < kToldEvery) continue;
      told = now;
      spdlog::error("out of memory: what the control socket or the kernel just asked for is not done; {}",
                    kMoreMemory);
    }
}

std::string Daemon::status() const {
  std::size_t remotes = 0;
  for (const auto& segment : state_.segments) remotes += segment.config.peers.remotes.size();
  return inspect::counted(state_.segments.size(), "segment") + ", " + inspect::counted(remotes, "remote") +
         ", " + inspect::counted(workers_->size(), "worker");
}

void Daemon::commit(Prepared prepared) {
  prepared.headroom.reset();
  apply_fdb_settings(prepared.state);
  const State before = std::exchange(state_, std::move(prepared.state));
  observations_.begin_anew(before, state_);
  delete_own_taps(before.taps, state_.taps);
  table_ = prepared.table;
  lines_.loaded();
  keep_descriptors(before, prepared.changes);
  workers_->apply(std::move(prepared.changes));
  save_state();
  captures_.state_changed(state_);
  remove_stale_entries(before, *prepared.table);
  tell_of_segments(before.config, state_.config);
}

/// TAPs that would go with their last descriptor go together instead, where they are many: closing them one
/// by one takes 20 ms each, of a worker's time.
void Daemon::delete_own_taps(const std::map<TapId, TapRecord>& taps, const std::map<TapId, TapRecord>& kept) {
  std::vector<int> own;
  for (const auto& [id, tap] : taps)
    if (!kept.contains(id) && tap.device != nullptr && tap.device->index() != 0 &&
        tap.device->traces().created && !tap.settings.persist)
      own.push_back(tap.device->index());
  delete_together(own);
}

void Daemon::delete_together(std::span<const int> interfaces) {
  if (interfaces.size() < 2) return;
  try {
    netlink_.delete_together(interfaces);
  } catch (const io::SystemError& error) {
    spdlog::debug("{}; they go with their descriptors", error.what());
  }
}

/// Ageing, limits and static entries.
void Daemon::apply_fdb_settings(const State& next) {
  const Tick now = to_tick(std::chrono::steady_clock::now());
  for (const auto& segment : next.segments) {
    FdbAccount& account = segment.state->fdb;
    account.ageing_ticks.store(to_ticks(segment.config.fdb.ageing), std::memory_order_relaxed);
    account.limit.store(segment.config.fdb.limit, std::memory_order_relaxed);
    set_rates(segment.state->storm, segment.config.storm_control);
    apply_neighbours(segment.state->neighbours, segment.config);
    // What was made of them over the control socket stays as long as the file says the same.
    const SegmentRecord* before = state_.segment(segment.key);
    if (before != nullptr && before->config.fdb.static_entries == segment.config.fdb.static_entries) continue;
    for (const auto& entry : segment.config.fdb.static_entries)
      if (!fdb_.put({{segment.key, entry.mac}, entry.remote, FdbState::kPermanent, FdbOrigin::kConfig, now},
                    account))
        throw std::runtime_error("fdb: no memory for the static entries of " + segment.config.name);
  }
}

/// Entries whose segment went, static ones that the file no longer has, and learned ones that the new
/// configuration would not learn. What the control socket made stays.
void Daemon::remove_stale_entries(const State& before, const SegmentTable& table) {
  const auto stale = [&](const FdbEntry& entry) {
    const Segment* segment = table.by_key(entry.key.segment);
    if (segment == nullptr) return true;
    if (entry.origin == FdbOrigin::kLearned)
      return !segment->learning || !segment->accept.accepts(entry.remote.address);
    const auto& wanted = state_.segment(entry.key.segment)->config.fdb.static_entries;
    return entry.origin == FdbOrigin::kConfig &&
           std::none_of(wanted.begin(), wanted.end(), [&](const auto& w) { return w.mac == entry.key.mac; });
  };
  fdb_.flush(stale, [&](SegmentKey key) -> FdbAccount* {
    if (FdbAccount* account = account_of(key)) return account;
    const SegmentRecord* gone = before.segment(key);
    return gone == nullptr ? nullptr : &gone->state->fdb;
  });
}

FdbAccount* Daemon::account_of(SegmentKey key) const {
  const SegmentRecord* segment = state_.segment(key);
  return segment == nullptr ? nullptr : &segment->state->fdb;
}

void Daemon::age() {
  constexpr std::chrono::milliseconds kInterval{250};
  constexpr std::size_t kTurns = 4;  // the whole table once a second
  ageing_timer_.expires_after(kInterval);
  ageing_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) age();
  });
  fdb_.sweep(
      to_tick(std::chrono::steady_clock::now()), fdb_.bucket_count() / kTurns + 1,
      [this](SegmentKey key) { return account_of(key); },
      [this](const FdbEntry& entry) {
        dataplane::probe_age(entry);
        announce(control::FdbAction::kAged, entry);
      });
  expire_hosts();
  look_after_moved_taps();
  note_traffic();
  tell_left_out_drops();
  service::drain_log();
  if (was_short_of_memory_) recover();
}

/// What a handler that was left by an exception, or was never called for want of memory, would have gone on
/// with.
void Daemon::recover() {
  server_->resume();
  metrics_.resume();
  resync_links();
  was_short_of_memory_ = false;
}

void Daemon::wait_for_reload() {
  reload_signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    wait_for_reload();
    reload_on_signal();
  });
}

void Daemon::reload_on_signal() {
  service::notify_reloading();
  const auto outcome = reload();
  service::notify_ready(outcome.ok ? status() : status() + "; last reload refused");
}

control::Outcome Daemon::reload() {
  control::Outcome outcome;
  const auto refuse = [&outcome](std::string message) {
    outcome.ok = false;
    outcome.messages.push_back(std::move(message));
  };
  try {
    auto loaded = config::load_file(config_file_);
    for (const auto& diagnostic : loaded.diagnostics) outcome.messages.push_back(to_string(diagnostic));
    outcome.ok = loaded.config.has_value();
    if (outcome.ok) {
      for (const auto& change : config::difference(state_.config, *loaded.config).needs_restart)
        refuse(config_file_ + ": " + change + " needs a restart of vxtapd");
    }
    if (outcome.ok) {
      auto metrics = metrics_.prepare(loaded.config->metrics);
      auto prepared = prepare(*loaded.config, state_, workers_->size(), netlink_);
      outcome.messages.insert(outcome.messages.end(), prepared.warnings.begin(), prepared.warnings.end());
      commit(std::move(prepared));
      metrics_.commit(std::move(metrics));
      resync_links();
      service::set_log_level(config::to_string(loaded.config->log_level));
    }
  } catch (const std::bad_alloc&) {
    refuse("out of memory; " + std::string(kMoreMemory));
  } catch (const std::exception& error) {
    refuse(error.what());
  }
  ::malloc_trim(0);  // a large file's tree, which may have been refused
  note_busy();
  last_reload_ok_ = outcome.ok;
  if (outcome.ok) last_reload_success_ = std::chrono::system_clock::now();
  for (const auto& message : outcome.messages)
    spdlog::log(outcome.ok ? spdlog::level::warn : spdlog::level::err, "reload: {}", message);
  server_->publish(control::EventTopic::kConfig, control::config_event(outcome));
  if (outcome.ok)
    spdlog::info("reloaded: {}", status());
  else
    spdlog::error("reload refused; the running configuration stays");
  return outcome;
}

control::Outcome Daemon::set_log_level(std::string_view level) {
  if (service::set_log_level(level)) return {};
  return {false, {"log level '" + std::string(level) + "' unknown; use trace, debug, info, warn or error"}};
}

std::vector<control::SegmentReport> Daemon::segments() const {
  return report_segments(state_, netlink_);
}

std::vector<control::FdbReport> Daemon::fdb() const {
  return report_fdb(state_, fdb_, std::chrono::steady_clock::now());
}

control::DaemonTotals Daemon::totals() const {
  control::DaemonTotals totals{.stuck_workers = stuck_workers().size(),
                               .last_reload_ok = last_reload_ok_,
                               .last_reload_success = last_reload_success_};
  totals.drops = inherited_totals_.drops;
  totals.socket_overflows = inherited_totals_.socket_overflows;
  totals.trains_refused = inherited_totals_.trains_refused;
  totals.superframes_refused = inherited_totals_.superframes_refused;
  totals.worker_loans = inherited_totals_.worker_loans;
  for (const auto& worker : *workers_) {
    totals.socket_overflows += worker->socket_overflows();
    totals.worker_loans += worker->loans();
    for (const auto* counters : worker->counters()) {
      totals.trains_refused += counters->trains_refused.read();
      totals.superframes_refused += counters->superframes_refused.read();
      for (std::size_t i = 0; i < kDropReasonCount; ++i)
        totals.drops[i] += counters->unattributed().read(static_cast<DropReason>(i));
    }
  }
  return totals;
}

}  // namespace vxtap::daemon
