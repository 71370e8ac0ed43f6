#pragma once

#include <chrono>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "system.hpp"

namespace vxtap::bench {

/// One run of one workload over one system.
struct Measurement {
  double value = 0;  ///< in the workload's unit
  double seconds = 0;
  double cpu_seconds = 0;                 ///< of the whole machine
  std::map<std::string, double> details;  ///< further numbers, by name and unit
};

struct RunSettings {
  std::chrono::duration<double> length{2};
  double paced_pps = 0;  ///< offered by the paced workload
};

struct Workload {
  std::string_view name;
  std::string_view unit;
  Measurement (*run)(const Path&, const RunSettings&);
  bool floods = false;  ///< needs Path::broadcast
};

/// All of them, in the order of a round.
std::span<const Workload> workloads();
const Workload& workload(std::string_view name);

/// Detail of the TCP workloads.
inline constexpr auto kCpuPerGigabyte = "cpu_s_per_gb";

/// TCP from near to far over so many connections: Gb/s of payload.
Measurement run_tcp(const Path& path, const RunSettings& settings, unsigned streams);
/// One socket sends UDP datagrams with so many bytes as fast as it can: thousands received a second.
Measurement run_udp(const Path& path, const RunSettings& settings, unsigned payload);
/// Datagrams of kPacedPayload bytes at a steady rate: percent lost.
Measurement run_paced(const Path& path, const RunSettings& settings);
/// One request at a time to an echoing process: median microseconds to its answer.
Measurement run_request_response(const Path& path, const RunSettings& settings);
/// The same with ICMP, which the far kernel answers by itself.
Measurement run_icmp(const Path& path, const RunSettings& settings);
/// Broadcasts to kFloodRemotes: thousands of copies a second that arrive.
Measurement run_flood(const Path& path, const RunSettings& settings);

inline constexpr unsigned kPacedPayload = 1372;

}  // namespace vxtap::bench
