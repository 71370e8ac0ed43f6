#include <csignal>
#include <filesystem>

#include "lab/overlay.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// How vxtapd ends when it cannot start: exit code and what it says.

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

struct Attempt {
  Wire wire{2};
  Host& host = wire.host(0);
  std::string file = host.directory() / "vxtapd.yaml";

  void write(const std::string& config) {
    write_file(file, "control: {socket: " + (host.directory() / "control.sock").string() + "}\n" + config);
  }
  CommandResult run(const std::string& wrapper = "") {
    return host.command({"sh", "-c", "exec " + wrapper + built("vxtapd") + " --config " + file});
  }
};

std::string good_config() {
  return segment_config({.self = 0}, unicast_to(1));
}

constexpr auto kWrong =
    "underlay: {local: 192.0.2.1}\n"
    "segments:\n"
    "  - {vni: 16777216, tap: vx1, peers: {mode: unicast, remote: 192.0.2.2}}\n"
    "  - {vni: 2, tap: a-name-that-is-too-long, peers: {mode: unicast, remote: 192.0.2.2}}\n"
    "  - {vni: 3, tap: vx3, peers: {mode: unicast, remote: 192.0.2.2}, colour: red}\n";

}  // namespace

TEST_CASE("start: a wrong configuration is refused with every error at its place, exit 1") {
  Attempt attempt;
  attempt.write(kWrong);
  const auto result = attempt.run();
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, ContainsSubstring(attempt.file + ":4:"));
  CHECK_THAT(result.err, ContainsSubstring(attempt.file + ":5:"));
  CHECK_THAT(result.err, ContainsSubstring(attempt.file + ":6:"));
  CHECK_THAT(result.err, ContainsSubstring("colour"));
  CHECK_FALSE(attempt.host.interface_mtu("vx3"));  // nothing was touched
}

TEST_CASE("start: --check validates only") {
  Attempt attempt;
  attempt.write(kWrong);
  CHECK(attempt.host.command({built("vxtapd"), "--check", "--config", attempt.file}).exit_code == 1);
  attempt.write(good_config());
  CHECK(attempt.host.command({built("vxtapd"), "--check", "--config", attempt.file}).exit_code == 0);
  CHECK_FALSE(attempt.host.interface_mtu("vx42"));
}

TEST_CASE("start: what was asked for and gets nowhere is an error, exit 3") {
  Attempt attempt;
  attempt.write(good_config());
  const std::string from_ip = "--from-ip 'ip link add v0 type vxlan id 42 local 192.0.2.1 remote 192.0.2.2'";
  for (const auto& asked : {"--check --config " + attempt.file, from_ip, std::string("--version")}) {
    INFO(asked);
    const auto full = attempt.host.command({"sh", "-c", built("vxtapd") + " " + asked + " >/dev/full"});
    CHECK(full.exit_code == 3);
    CHECK_THAT(full.err, ContainsSubstring("No space left on device"));
    const auto closed = attempt.host.command({"sh", "-c", built("vxtapd") + " " + asked + " >&-"});
    CHECK(closed.exit_code == 3);
    CHECK_THAT(closed.err, ContainsSubstring("standard output"));
  }
}

TEST_CASE("start: with its standard streams closed it writes to nothing else in their place") {
  Attempt attempt;
  attempt.write(good_config());
  Process daemon(attempt.host.thread(),
                 {"sh", "-c", "exec " + built("vxtapd") + " --config " + attempt.file + " <&- >&- 2>&-"}, {},
                 attempt.host.directory() / "unused");
  REQUIRE(eventually([&] { return attempt.host.interface_mtu("vx42").has_value(); }));
  for (const auto* number : {"0", "1", "2"})
    CHECK(std::filesystem::read_symlink("/proc/" + std::to_string(daemon.pid()) + "/fd/" + number) ==
          "/dev/null");
  CHECK(daemon.terminate() == 0);
}

TEST_CASE("start: a file that is not there is exit 1 and named") {
  Attempt attempt;
  const auto result = attempt.run();
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, ContainsSubstring(attempt.file));
}

TEST_CASE("start: wrong usage is exit 2, --version and --help are 0") {
  Host host;
  CHECK(host.command({built("vxtapd"), "--no-such-option"}).exit_code == 2);
  CHECK(host.command({built("vxtapd"), "surplus"}).exit_code == 2);
  CHECK(host.command({built("vxtapd"), "--user", ""}).exit_code == 2);
  const auto version = host.command({built("vxtapd"), "--version"});
  CHECK(version.exit_code == 0);
  CHECK_THAT(version.out, ContainsSubstring("vxtapd"));
  const auto help = host.command({built("vxtapd"), "--help"});
  CHECK(help.exit_code == 0);
  CHECK_THAT(help.out, ContainsSubstring("--config") && ContainsSubstring("--check"));
}

TEST_CASE("start: a port that a kernel vxlan device holds is exit 3 and said so") {
  Attempt attempt;
  add_kernel_vxlan(attempt.host, {.self = 0, .vni = 7, .device = "other"}, "remote 192.0.2.2");
  attempt.write(good_config());
  const auto result = attempt.run();
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.err, ContainsSubstring("192.0.2.1:4789") && ContainsSubstring("in use") &&
                             ContainsSubstring("kernel vxlan"));
  CHECK_FALSE(attempt.host.interface_mtu("vx42"));
}

TEST_CASE("start: a second daemon on the same address and port is exit 3") {
  Attempt attempt;
  Vxtapd first(attempt.host, good_config());
  attempt.write(segment_config({.self = 0, .vni = 43, .device = "vx43"}, unicast_to(1)));
  const auto result = attempt.run();
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.err, ContainsSubstring("192.0.2.1:4789") && ContainsSubstring("in use"));
}

TEST_CASE("start: a local address that the host does not have is exit 3 and named") {
  Attempt attempt;
  attempt.write(
      "underlay: {local: 198.51.100.1}\n"
      "segments: [{vni: 42, tap: vx42, peers: {mode: unicast, remote: 192.0.2.2}}]\n");
  const auto result = attempt.run();
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.err, ContainsSubstring("198.51.100.1"));
}

TEST_CASE("start: no /dev/net/tun is exit 3 with the mend") {
  Attempt attempt;
  attempt.write(good_config());
  const auto result = attempt.run("unshare --mount sh -c 'mount -t tmpfs none /dev/net && exec \"$@\"' sh ");
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.err, ContainsSubstring("/dev/net/tun"));
}

TEST_CASE("start: without privilege it is exit 3 and CAP_NET_ADMIN is named") {
  Attempt attempt;
  attempt.write(good_config());
  const auto result = attempt.run("setpriv --bounding-set=-all --inh-caps=-all ");
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.err, ContainsSubstring("CAP_NET_ADMIN"));
}

TEST_CASE("stop: SIGTERM and SIGINT end it with exit 0 and remove the control socket") {
  const int number = GENERATE(SIGTERM, SIGINT);
  Attempt attempt;
  Vxtapd daemon(attempt.host, good_config());
  const auto socket = daemon.config_file().parent_path() / "control.sock";
  CHECK(std::filesystem::exists(socket));
  daemon.signal(number);
  CHECK(eventually([&] { return !daemon.running(); }));
  CHECK_FALSE(std::filesystem::exists(socket));
}
