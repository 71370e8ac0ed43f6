#pragma once

#include <chrono>
#include <cstdint>

namespace vxtap::service {

/// What the kernel knows of this process.
struct ProcessFacts {
  double start_time = 0;   ///< seconds since 1970
  double cpu_seconds = 0;  ///< user and system, all threads
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_files = 0;  ///< descriptors
};

/// Reads it anew; the start time is found once. What /proc does not show is 0. Any thread.
ProcessFacts read_process_facts();

/// What the calling thread has had of a processor so far, waiting and sleeping left out.
std::chrono::nanoseconds thread_cpu_time();

}  // namespace vxtap::service
