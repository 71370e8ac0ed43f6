#include "session.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <stdexcept>
#include <thread>
#include <utility>

#include "lab/traffic.hpp"
#include "rig.hpp"
#include "statistics.hpp"

namespace vxtap::bench {
namespace {

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

/// Of what the kernel's tunnel carries at most, the paced workload offers this part.
constexpr double kPacedShare = 0.5;

std::uint64_t packets_on_wire(const Path& path) {
  return path.near.interface_packets("eth0").sent + path.far.interface_packets("eth0").sent;
}

/// Waits for what a run has left in queues, a daemon's among them, which is not to meet the next run: a flood
/// of many copies takes its time.
bool wire_falls_quiet(const Path& path) {
  constexpr std::uint64_t kStrayPackets = 5;
  std::uint64_t last = packets_on_wire(path);
  return lab::eventually([&] {
    std::this_thread::sleep_for(lab::milliseconds(50));
    const std::uint64_t now = packets_on_wire(path);
    return now - std::exchange(last, now) <= kStrayPackets;
  });
}

Measurement measure(const System& system, const Workload& workload, const RunSettings& settings) {
  if (stop_requested) throw Interrupted{};
  const std::string what = system.name() + ", " + std::string(workload.name);
  const Path& path = system.path();
  // Also gives both neighbour caches what they need.
  if (!lab::reaches(path.near, path.address)) throw std::runtime_error(what + ": no ping gets through");
  Measurement result = workload.run(path, settings);
  if (stop_requested) throw Interrupted{};
  if (workload.unit != "% lost" && !(result.value > 0)) throw std::runtime_error(what + ": nothing arrived");
  if (!wire_falls_quiet(path)) throw std::runtime_error(what + ": packets kept coming when it had ended");
  return result;
}

/// Datagrams a second for the paced workload.
double paced_rate(const Rig& rig) {
  constexpr int kRuns = 3;
  std::vector<double> kpps;
  kpps.reserve(kRuns);
  for (int i = 0; i < kRuns; ++i)
    kpps.push_back(measure(rig.kernel(), workload("udp1372"), {.length = lab::milliseconds(300)}).value);
  return kPacedShare * median(kpps) * 1e3;
}

void tell(const Record& record, unsigned rounds) {
  std::fprintf(stderr, "%-7s round %u/%u  %-8s %-7s %10.3f %s\n", to_string(record.wire).c_str(),
               record.round, rounds, record.workload.c_str(), record.system.c_str(), record.measurement.value,
               std::string(workload(record.workload).unit).c_str());
}

/// One turn of each system at the workload.
void take_turns(const Rig& rig, const Options& options, const RunSettings& settings, const Record& head,
                std::vector<Record>& records) {
  const Workload& load = workload(head.workload);
  for (const auto& system : rig.systems()) {
    if (load.floods && system->path().broadcast.empty()) continue;
    Record record = head;
    record.system = system->name();
    record.measurement = measure(*system, load, settings);
    tell(record, options.rounds);
    records.push_back(std::move(record));
  }
}

}  // namespace

void request_stop() noexcept {
  stop_requested = true;
}

std::vector<Record> run_session(const Options& options) {
  std::vector<Record> records;
  for (const auto wire : options.wires) {
    Rig rig(wire, options);
    RunSettings settings{.length = options.length};
    if (std::ranges::find(options.workloads, "paced") != options.workloads.end())
      settings.paced_pps = paced_rate(rig);
    for (unsigned round = 1; round <= options.rounds; ++round)
      for (const auto& name : options.workloads)
        take_turns(rig, options, settings, {.wire = wire, .round = round, .workload = name}, records);
    rig.finish();
  }
  return records;
}

}  // namespace vxtap::bench
