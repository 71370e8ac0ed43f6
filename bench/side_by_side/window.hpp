#pragma once

#include <chrono>
#include <cstdint>
#include <thread>

#include "cpu_time.hpp"

namespace vxtap::bench {

/// What a running load has moved so far.
struct Totals {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
};

/// What it moved in a stretch of time.
struct Window {
  double seconds = 0;
  double cpu_seconds = 0;
  Totals moved;

  double received_per_second() const { return static_cast<double>(moved.received) / seconds; }
  double sent_per_second() const { return static_cast<double>(moved.sent) / seconds; }
};

/// Lets a load that has just begun warm up (TCP finds its rate, caches fill) and then watches it.
template <typename Load>
Window watch(Load&& load, std::chrono::duration<double> length) {
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  // Time, CPU, totals: in the same order at both ends, so that what the readings take cancels out.
  const Stopwatch stopwatch;
  const Totals before = load.totals();
  std::this_thread::sleep_for(length);
  const double seconds = stopwatch.seconds();
  const double cpu_seconds = stopwatch.cpu_seconds();
  const Totals after = load.totals();
  return {seconds, cpu_seconds, {after.sent - before.sent, after.received - before.received}};
}

}  // namespace vxtap::bench
