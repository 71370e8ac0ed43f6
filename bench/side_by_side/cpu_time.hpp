#pragma once

#include <chrono>

namespace vxtap::bench {

/// Seconds that all CPUs of this machine together have been busy since boot, in steps of 10 ms. Busy is
/// everything but idling and waiting for disks: all processes and the kernel's own packet work.
double busy_cpu_seconds();

/// Wall clock and CPU since it was made.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  double cpu_seconds() const { return busy_cpu_seconds() - busy_at_start_; }

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point start_ = Clock::now();
  double busy_at_start_ = busy_cpu_seconds();
};

}  // namespace vxtap::bench
