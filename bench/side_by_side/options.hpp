#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "wire_condition.hpp"

namespace vxtap::bench {

/// What goes into vxtapd's configuration; empty values are left to its defaults.
struct VxtapdSettings {
  std::string directory;  ///< of the program
  std::string workers;
  std::string busy_poll;
  std::string offload;
};

struct Options {
  unsigned rounds = 5;
  std::chrono::duration<double> length{2};  ///< of one measurement, after its warm-up
  std::vector<WireCondition> wires;
  std::vector<std::string> workloads;  ///< names of workload.hpp, in its order
  std::vector<std::string> against;    ///< besides kernel vxlan: "ovs", "plain"
  std::string json_file;               ///< empty: none
  VxtapdSettings vxtapd;
};

/// The command line. Without options there is nothing to run: the exit code is set.
struct CommandLine {
  std::optional<Options> options;
  int exit_code = 0;
};
CommandLine parse(int argc, char** argv);

}  // namespace vxtap::bench
