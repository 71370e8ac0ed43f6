#include <chrono>

#include "service/process_facts.hpp"
#include "vxtapd/daemon.hpp"
#include "vxtapd/metric_families.hpp"

// Whether the workers make progress, and what the metrics listener's pages show.

namespace vxtap::daemon {
namespace {

using namespace std::chrono_literals;

constexpr auto kHeartbeatInterval = 1s;

/// Far beyond what the longest batch takes, and what a worker waits for a processor on a loaded host.
constexpr auto kPatience = 5s;

}  // namespace

void Daemon::watch_workers() {
  workers_->ask_for_heartbeats(std::chrono::steady_clock::now());
  heartbeat_timer_.expires_after(kHeartbeatInterval);
  heartbeat_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) watch_workers();
  });
}

std::vector<std::size_t> Daemon::stuck_workers() const {
  return workers_->stuck(std::chrono::steady_clock::now(), kPatience);
}

service::MetricsPages Daemon::metrics_pages() const {
  return {.metrics = [this] { return metrics_text(*this, service::read_process_facts()); },
          .complaints =
              [this] {
                std::vector<std::string> complaints;
                for (const auto worker : stuck_workers())
                  complaints.push_back("worker-" + std::to_string(worker) + ": no sign of life for over " +
                                       std::to_string(kPatience.count()) + " s");
                return complaints;
              }};
}

}  // namespace vxtap::daemon
