// What happens to the process: it stands still, or runs out of what the system has.
#include <fcntl.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "faults/fault_site.hpp"
#include "lab/environment.hpp"
#include "lab/many_segments.hpp"
#include "support/catch.hpp"
#include "support/read_rest.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

milliseconds stopped_for() {
  return milliseconds(setting("VXTAP_STOPPED_MS", 3000));
}

/// A vxtapd on the left whose log goes to a file of the caller's, and the kernel's driver on the right.
struct LoggingTo {
  explicit LoggingTo(const std::string& log)
      : daemon(near.thread(),
               {"sh", "-c", "exec " + built("vxtapd") + " --config " + config() + " >" + log + " 2>&1"}, {},
               near.directory() / "unused") {
    REQUIRE(eventually([&] { return near.interface_mtu("vx42").has_value(); }));
    CHECK(reaches(near, "10.42.0.2"));
  }

  CommandResult reload() { return near.command({built("vxtapctl"), "-s", socket(), "reload"}); }

  Wire wire{2};
  Host& near = wire.host(0);
  Host& far = wire.host(1);
  Process daemon;

 private:
  std::string socket() const { return near.directory() / "control.sock"; }
  std::string config() const {
    std::string file = near.directory() / "vxtapd.yaml";
    write_file(file, "control: {socket: " + socket() + "}\n" + segment_config({.self = 0}, unicast_to(1)));
    add_kernel_vxlan(far, {.self = 1}, "remote 192.0.2.1");
    return file;
  }
};

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
  LoggingTo site("/dev/full");
  for (int i = 0; i < 20; ++i) CHECK(site.reload().exit_code == 0);
  CHECK(reaches(site.far, "10.42.0.1"));
  CHECK(site.daemon.running());
}

TEST_CASE("faults: the log's reader stands still") {
  const TempDirectory directory;
  const std::string fifo = directory / "log";
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  const UniqueFd reader(check(open(fifo.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK), "open " + fifo));
  check(fcntl(reader.get(), F_SETPIPE_SZ, 4096), "F_SETPIPE_SZ");
  LoggingTo site(fifo);
  for (int i = 0; i < 100; ++i) CHECK(site.reload().exit_code == 0);
  // What a worker logs.
  const auto mac = site.far.interface_mac("vx42");
  site.far.ip("link set vx42 address " + site.near.interface_mac("vx42"));
  CHECK_FALSE(reaches(site.far, "10.42.0.1", std::chrono::seconds(2)));
  site.far.ip("link set vx42 address " + mac);
  CHECK(reaches(site.far, "10.42.0.1"));
  CHECK(reaches(site.near, "10.42.0.2"));

  std::string read;
  CHECK(eventually([&] {
    read += vxtap::test::read_rest(reader.get());
    return read.find("has this TAP's own MAC") != std::string::npos;
  }));
  for (int i = 0; i < 100; ++i) CHECK(site.reload().exit_code == 0);
  CHECK(site.daemon.terminate() == 0);
}
