// What happens to the process: it stands still, or runs out of what the system has.
#include <csignal>
#include <filesystem>

#include "faults/fault_site.hpp"
#include "lab/environment.hpp"
#include "lab/many_segments.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

milliseconds stopped_for() {
  return milliseconds(setting("VXTAP_STOPPED_MS", 3000));
}

std::size_t open_descriptors(pid_t pid) {
  const auto directory = std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(directory), end(directory)));
}

}  // namespace

TEST_CASE("faults: the process is stopped for a while") {
  FaultSite site;
  site.survive({"SIGSTOP for " + std::to_string(stopped_for().count()) + " ms",
                [&] { site.daemon().signal(SIGSTOP); },
                [] { return !eventually([] { return false; }, stopped_for()); },
                [&] { site.daemon().signal(SIGCONT); }});
  CHECK(eventually(site.said("stood still for")));
}

TEST_CASE("faults: a reload for which there are not enough descriptors is refused, and everything goes on") {
  FaultSite site;
  const std::string process = std::to_string(site.daemon().pid());
  const auto limit = std::to_string(open_descriptors(site.daemon().pid()) + 8);
  const auto before =
      site.near().must("prlimit --pid " + process + " --nofile --output SOFT --noheadings --raw");
  site.daemon().rewrite(segment_config({.self = 0}, unicast_to(1)) + more_segments(101, 20));
  site.survive({"out of descriptors",
                [&] { site.near().must("prlimit --pid " + process + " --nofile=" + limit + ":"); },
                [&] {
                  const auto refused = site.daemon().ctl({"reload"});
                  CHECK_THAT(refused.err, ContainsSubstring("too many open files"));
                  return refused.exit_code == 1;
                },
                [&] {
                  site.near().must("prlimit --pid " + process +
                                   " --nofile=" + before.substr(0, before.find_first_of(" \n")) + ":");
                }});
  CHECK_FALSE(site.near().interface_mtu("vx101").has_value());
  CHECK(site.daemon().ctl({"reload"}).exit_code == 0);
  CHECK(site.near().interface_mtu("vx120").has_value());
}

TEST_CASE("faults: the log's disk is full") {
  Wire wire(2);
  Host& host = wire.host(0);
  const std::string file = host.directory() / "vxtapd.yaml";
  const std::string socket = host.directory() / "control.sock";
  write_file(file, "control: {socket: " + socket + "}\n" + segment_config({.self = 0}, unicast_to(1)));
  add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
  Process daemon(host.thread(),
                 {"sh", "-c", "exec " + built("vxtapd") + " --config " + file + " >/dev/full 2>&1"}, {},
                 host.directory() / "log");
  REQUIRE(eventually([&] { return host.interface_mtu("vx42").has_value(); }));
  CHECK(reaches(host, "10.42.0.2"));
  for (int i = 0; i < 20; ++i)
    CHECK(host.command({built("vxtapctl"), "-s", socket, "reload"}).exit_code == 0);
  CHECK(reaches(wire.host(1), "10.42.0.1"));
  CHECK(daemon.running());
}
