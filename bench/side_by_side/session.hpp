#pragma once

#include <string>
#include <vector>

#include "options.hpp"
#include "workload.hpp"

namespace vxtap::bench {

/// One measurement and where it belongs.
struct Record {
  WireCondition wire = WireCondition::kDefault;
  unsigned round = 0;  ///< from 1
  std::string workload;
  std::string system = {};
  Measurement measurement = {};
};

/// Thrown between two measurements after request_stop().
struct Interrupted {};
/// Safe in a signal handler.
void request_stop() noexcept;

/// Runs everything: in each round each workload over one system after the other, so that what the machine
/// does meanwhile meets all alike. Tells its progress on standard error.
std::vector<Record> run_session(const Options& options);

}  // namespace vxtap::bench
