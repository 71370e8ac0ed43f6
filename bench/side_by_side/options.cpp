#include "options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "lab/service.hpp"
#include "workload.hpp"

namespace vxtap::bench {
namespace {

constexpr int kUsage = 2;

std::vector<std::string> all_workloads() {
  std::vector<std::string> names;
  for (const auto& workload : workloads()) names.emplace_back(workload.name);
  return names;
}

std::vector<WireCondition> wires(const std::string& word) {
  std::vector<WireCondition> out;
  for (const auto wire : {WireCondition::kDefault, WireCondition::kPlain})
    if (word == "both" || word == to_string(wire)) out.push_back(wire);
  return out;
}

/// What was asked for, each once, in the order of `known`; all of it when nothing was asked for.
std::vector<std::string> in_order(const std::vector<std::string>& asked, std::vector<std::string> known) {
  if (asked.empty()) return known;
  std::erase_if(known, [&](const auto& name) { return std::ranges::find(asked, name) == asked.end(); });
  return known;
}

}  // namespace

CommandLine parse(int argc, char** argv) {
  CLI::App app{"vxtapd beside the kernel's vxlan: the same workloads over the same veth, by turns"};
  Options options;
  std::string wire = "both";
  double seconds = options.length.count();
  std::vector<std::string> only;
  std::vector<std::string> against;
  options.vxtapd.directory = lab::program_directory();
  app.add_option("--rounds", options.rounds, "each workload so often")->check(CLI::Range(1, 1000));
  app.add_option("--seconds", seconds, "length of one measurement")->check(CLI::Range(0.05, 3600.0));
  app.add_option("--wire", wire, "offloads of the veth")->check(CLI::IsMember({"default", "plain", "both"}));
  app.add_option("--only", only, "workloads, separated by commas")
      ->delimiter(',')
      ->check(CLI::IsMember(all_workloads()));
  app.add_option("--against", against, "compare with these too: ovs, plain (no tunnel)")
      ->delimiter(',')
      ->check(CLI::IsMember({"ovs", "plain"}));
  app.add_option("--json", options.json_file, "every measurement and the summary into this file");
  app.add_option("--vxtapd-dir", options.vxtapd.directory, "directory of the vxtapd to measure")
      ->check(CLI::ExistingDirectory);
  app.add_option("--workers", options.vxtapd.workers, "vxtapd's `workers`");
  app.add_option("--busy-poll", options.vxtapd.busy_poll, "vxtapd's `busy_poll`, such as 50us");
  app.add_option("--offload", options.vxtapd.offload, "vxtapd's `tap.offload`")
      ->check(CLI::IsMember({"auto", "off"}));
  app.get_formatter()->column_width(28);
  for (CLI::Option* option : app.get_options()) option->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return {{}, app.exit(error) == 0 ? 0 : kUsage};
  }
  options.length = std::chrono::duration<double>(seconds);
  options.wires = wires(wire);
  options.workloads = in_order(only, all_workloads());
  options.against = against.empty() ? against : in_order(against, {"ovs", "plain"});
  return {std::move(options), 0};
}

}  // namespace vxtap::bench
