#include "service/process_facts.hpp"

#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace vxtap::service {
namespace {

std::chrono::nanoseconds time_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

double seconds_of(clockid_t clock) {
  return std::chrono::duration<double>(time_of(clock)).count();
}

/// Since the boot: the 22nd field of proc_pid_stat(5), in ticks. The second is in brackets and may hold
/// blanks.
std::optional<double> started_since_boot() {
  std::ifstream file("/proc/self/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bracket = text.rfind(')');
  if (bracket == std::string::npos) return std::nullopt;
  std::size_t at = bracket;
  for (int field = 2; field < 22 && at != std::string::npos; ++field) at = text.find(' ', at + 1);
  if (at == std::string::npos) return std::nullopt;
  return std::stod(text.substr(at)) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double start_time() {
  const double now = seconds_of(CLOCK_REALTIME);
  const auto since_boot = started_since_boot();
  return since_boot ? now - (seconds_of(CLOCK_BOOTTIME) - *since_boot) : now;
}

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  if (!(file >> size >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_files() {
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  if (error) return 0;
  const auto count = std::distance(begin(files), end(files));
  return static_cast<std::uint64_t>(count - 1);  // without the one that reads the directory
}

}  // namespace

ProcessFacts read_process_facts() {
  // Computed anew it would move by the clocks' rounding, and with every step of the wall clock.
  static const double kStartTime = start_time();
  return {.start_time = kStartTime,
          .cpu_seconds = seconds_of(CLOCK_PROCESS_CPUTIME_ID),
          .resident_bytes = resident_bytes(),
          .open_files = open_files()};
}

std::chrono::nanoseconds thread_cpu_time() {
  return time_of(CLOCK_THREAD_CPUTIME_ID);
}

}  // namespace vxtap::service
