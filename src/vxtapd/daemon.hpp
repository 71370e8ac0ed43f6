#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "control/daemon_api.hpp"
#include "control/fault.hpp"
#include "control/server.hpp"
#include "dataplane/readiness.hpp"
#include "dataplane/worker_group.hpp"
#include "handover/handover.hpp"
#include "inspect/growth_history.hpp"
#include "io/link_monitor.hpp"
#include "io/netlink.hpp"
#include "service/confinement.hpp"
#include "vxtapd/captures.hpp"
#include "vxtapd/config_lines.hpp"
#include "vxtapd/drop_stream.hpp"
#include "vxtapd/errand.hpp"
#include "vxtapd/event_log.hpp"
#include "vxtapd/event_queue.hpp"
#include "vxtapd/metrics_service.hpp"
#include "vxtapd/observations.hpp"
#include "vxtapd/preparation.hpp"
#include "vxtapd/state.hpp"

namespace vxtap::daemon {

/// Makes the change; a control::Fault that it throws becomes the outcome.
control::Outcome outcome_of(const std::function<void()>& change);

/// The remote as the segment can reach it, with the segment's port where none was given. Throws
/// control::Fault with cause and mend.
Remote remote_for(const SegmentRecord& segment, const VtepAddress& address,
                  const std::optional<std::uint16_t>& port);

/// The running daemon: its control thread is the one that calls run().
///
/// Theory of operation. `state_` is what runs. A start and a reload are the same step: prepare() opens the
/// next state beside the present one and may fail without a trace; commit() hands sockets, TAPs and the new
/// table to the workers, each of which switches between two batches, and only then lets the old ones go. TAPs
/// are watched over netlink: one that goes down loses its dynamic entries, one that is deleted is waited for.
class Daemon final : public control::DaemonApi {
 public:
  /// Opens everything, gives up what `launch` says and starts the workers. Throws io::SystemError and
  /// std::runtime_error.
  Daemon(std::string config_file, const config::Config& config, const service::Confinement& launch);
  ~Daemon() override;

  /// Serves until SIGTERM or SIGINT.
  void run();

  std::vector<control::SegmentReport> segments() const override;
  std::vector<control::FdbReport> fdb() const override;
  control::DaemonTotals totals() const override;
  control::Outcome reload() override;
  control::Outcome set_log_level(std::string_view level) override;
  control::Outcome change_fdb(const control::FdbChange& change) override;
  std::size_t flush_fdb(const control::FdbSelection& selection) override;
  std::vector<control::MdbReport> mdb() const override;
  control::Outcome change_mdb(const control::MdbChange& change) override;
  std::unique_ptr<control::ByteStream> capture(const control::CaptureRequest& request) override;
  control::json::value explain(const control::ExplainRequest& request) override;

  /// Indices of those that gave no sign of life lately. Control thread.
  std::vector<std::size_t> stuck_workers() const;
  control::Later path_mtu(const control::PathMtuRequest& request) override;
  control::Later doctor() override;

 private:
  /// How old the state may be that a crash leaves, unless saving it takes long.
  static constexpr std::chrono::steady_clock::duration kSaveEvery = std::chrono::seconds(1);

  const std::string config_file_;
  boost::asio::io_context context_{1};
  mutable io::Netlink netlink_;
  io::LinkMonitor monitor_;
  EventQueue queue_;
  EventLog events_;
  Captures captures_{events_.watches()};
  std::shared_ptr<DropStream> drops_ = std::make_shared<DropStream>(queue_);
  Fdb fdb_;
  State state_;
  std::shared_ptr<const SegmentTable> table_;  ///< what the workers were given last
  ConfigLines lines_;
  std::optional<dataplane::WorkerGroup> workers_;
  std::unique_ptr<dataplane::Readiness> monitor_readiness_;
  std::optional<control::Server> server_;
  MetricsService metrics_;
  handover::Handover handover_;
  handover::SavedTotals inherited_totals_;
  boost::asio::signal_set stop_signals_;
  boost::asio::signal_set reload_signals_;
  boost::asio::steady_timer ageing_timer_;
  boost::asio::steady_timer tap_retry_timer_;
  boost::asio::steady_timer publish_timer_;
  boost::asio::steady_timer heartbeat_timer_;
  boost::asio::steady_timer rebind_timer_;
  boost::asio::steady_timer save_timer_;
  Observations observations_;
  std::shared_ptr<inspect::GrowthHistory> growth_ = std::make_shared<inspect::GrowthHistory>();
  const std::uint64_t rp_filtered_at_start_;
  std::size_t next_noted_ = 0;  ///< index of the segment whose traffic is noted next
  Errand errand_{context_};
  std::chrono::steady_clock::time_point last_heartbeat_;
  std::chrono::nanoseconds cpu_at_heartbeat_{};  ///< of the control thread
  bool publish_pending_ = false;                 ///< the workers' table lags behind state_
  bool was_short_of_memory_ = false;
  bool last_reload_ok_ = true;
  std::chrono::system_clock::time_point last_reload_success_;  ///< or the start

  void serve();
  void recover();
  void commit(Prepared prepared);
  void delete_together(std::span<const int> interfaces);
  void delete_own_taps(const std::map<TapId, TapRecord>& taps, const std::map<TapId, TapRecord>& kept);
  void apply_fdb_settings(const State& next);
  void remove_stale_entries(const State& before, const SegmentTable& table);
  FdbAccount* account_of(SegmentKey key) const;

  handover::Inheritance receive_inheritance();
  void keep_descriptors(const State& before, const std::vector<dataplane::WorkerChange>& changes);
  void forget_sockets(const EndpointRecord& endpoint, const EndpointRecord* now);
  void save_state();
  void save_regularly(std::chrono::steady_clock::duration after);
  void hand_over();

  void wait_for_reload();
  void reload_on_signal();
  std::string status() const;

  /// What took long until now was work of the control thread's own: the process did not stand still.
  void note_busy();
  void watch_workers();
  service::MetricsPages metrics_pages() const;

  void age();
  void note_traffic();
  void flush_dynamic(TapId tap);
  std::size_t flush(const std::function<bool(const FdbEntry&)>& doomed);
  void announce(control::FdbAction action, const FdbEntry& entry);

  SegmentRecord& only_segment(Vni vni);
  const EndpointRecord& endpoint_for(const control::ExplainRequest& request);
  void publish_table();
  void publish_soon();
  void publish_after(std::chrono::milliseconds pause);
  void change_group_entry(SegmentRecord& segment, const control::FdbChange& change);
  void add_entry(SegmentRecord& segment, const control::FdbChange& change, const Remote& remote);
  void delete_entry(SegmentRecord& segment, const control::FdbChange& change);
  void change_flood_list(SegmentRecord& segment, const control::FdbChange& change);
  void change_group(SegmentRecord& segment, const MulticastGroup& group, const Remote& remote, bool add);

  void take_events(const std::vector<EventQueue::Event>& events, std::uint64_t lost);
  void take(const TableEvent& event);
  void take(const MembershipEvent& event);
  void take(const StrangerEvent& event);
  void take(const UnmappedEvent& event);
  void take(const DropEvent& event);
  void expire_hosts();

  void subscriptions_changed();
  void tell_left_out_drops();
  void tell_of_segment(control::SegmentAction action, const config::Segment& segment);
  void tell_of_segments(const config::Config& before, const config::Config& after);
  void tell_of_tap(control::SegmentAction action, TapId tap);

  void read_link_events();
  void link_changed(const io::LinkEvent& event);
  void warn_of_lost_device(const std::string& name) const;
  void tap_changed(TapRecord& tap, const io::LinkInfo& link);
  void tap_out_of_sight(TapRecord& tap);
  static bool is_back(const TapRecord& tap, const io::LinkEvent& event);
  void tap_back(TapRecord& tap, const io::LinkInfo& link);
  void look_after_moved_taps();
  void tap_lost(TapRecord& tap);
  void resync_links();
  void retry_lost_taps();
  void rebind(std::chrono::milliseconds after);
  bool is_missed(const io::LinkInfo& link) const;
};

}  // namespace vxtap::daemon
