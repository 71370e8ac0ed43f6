#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>

#include "environment.hpp"
#include "report.hpp"
#include "session.hpp"

// vxtapd and the kernel's vxlan on the same two hosts and wire, by turns; see system.hpp for who can take
// part and workload.hpp for what is measured. The numbers are of this machine, their ratios may be compared.

namespace {

enum ExitCode { kDone = 0, kFailed = 1, kEnvironmentRefused = 3, kStopped = 130 };

void run(const vxtap::bench::Options& options) {
  using namespace vxtap::bench;
  require_environment();
  std::ofstream json;  // opened now: the run is long
  if (!options.json_file.empty()) {
    json.exceptions(std::ios::failbit | std::ios::badbit);
    json.open(options.json_file);
  }
  const auto records = run_session(options);
  const Report report{options, this_machine(), utc_now(), records, summarise(records, options)};
  write_table(std::cout, report);
  if (json.is_open()) write_json(json, report);
}

void stop(int) {
  vxtap::bench::request_stop();
}

}  // namespace

int main(int argc, char** argv) try {
  const auto [options, exit_code] = vxtap::bench::parse(argc, argv);
  if (!options) return exit_code;
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
  run(*options);
  return kDone;
} catch (const vxtap::bench::EnvironmentRefused& refused) {
  std::fprintf(stderr, "vxtap_side_by_side: %s\n", refused.what());
  return kEnvironmentRefused;
} catch (const vxtap::bench::Interrupted&) {
  std::fprintf(stderr, "vxtap_side_by_side: stopped\n");
  return kStopped;
} catch (const std::exception& error) {
  std::fprintf(stderr, "vxtap_side_by_side: %s\n", error.what());
  return kFailed;
}
