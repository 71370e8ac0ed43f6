#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "service/notify.hpp"
#include "service/process_facts.hpp"
#include "vxtapd/daemon.hpp"
#include "vxtapd/metric_families.hpp"

// Whether the workers make progress, and what the metrics listener's pages show.

namespace vxtap::daemon {
namespace {

using namespace std::chrono_literals;

/// `usual`, or this share of the service manager's watchdog where that is less.
std::chrono::nanoseconds within_watchdog(std::chrono::nanoseconds usual, int share) {
  static const auto kWatchdog = service::watchdog_time();
  return kWatchdog ? std::min<std::chrono::nanoseconds>(usual, *kWatchdog / share) : usual;
}

/// How often the workers are asked.
std::chrono::nanoseconds heartbeat_interval() {
  return within_watchdog(1s, 4);
}

/// How long a worker may owe an answer: far beyond what the longest batch takes, and what it waits for a
/// processor on a loaded host.
std::chrono::nanoseconds patience() {
  return within_watchdog(5s, 2);
}

constexpr auto kStoodStill = 1s;

std::string seconds(std::chrono::nanoseconds time) {
  return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

}  // namespace

void Daemon::note_busy() {
  last_heartbeat_ = std::chrono::steady_clock::now();
  cpu_at_heartbeat_ = service::thread_cpu_time();
}

void Daemon::watch_workers() {
  const auto now = std::chrono::steady_clock::now();
  if (const auto late = now - last_heartbeat_ - heartbeat_interval(); late > kStoodStill) {
    const bool busy = service::thread_cpu_time() - cpu_at_heartbeat_ > late / 2;
    spdlog::warn("{} for {:.1f} s: {}", busy ? "the control thread was busy" : "stood still",
                 std::chrono::duration<double>(late).count(),
                 busy ? "what was asked for over the control socket or /metrics took it that long; frames "
                        "passed meanwhile"
                      : "the process was stopped, or found no processor");
  }
  note_busy();
  heartbeat_timer_.expires_after(heartbeat_interval());
  heartbeat_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) watch_workers();
  });
  // Without it the service manager ends this process and starts another, which takes everything over.
  if (stuck_workers().empty()) service::notify_alive();
  workers_->ask_for_heartbeats(now);
}

std::vector<std::size_t> Daemon::stuck_workers() const {
  return workers_->stuck(std::chrono::steady_clock::now(), patience());
}

service::MetricsPages Daemon::metrics_pages() const {
  return {.metrics = [this] { return metrics_text(*this, service::read_process_facts()); },
          .complaints =
              [this] {
                std::vector<std::string> complaints;
                for (const auto worker : stuck_workers())
                  complaints.push_back("worker-" + std::to_string(worker) + ": no sign of life for over " +
                                       seconds(patience()));
                return complaints;
              }};
}

}  // namespace vxtap::daemon
