#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "lab/overlay.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// What an unlucky or a malicious operator does to a running vxtapd.

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string routes(Host& host) {
  return host.command({"ip", "route", "show"}).out;
}

/// As segment_config(), with another address and a master for the TAP.
std::string with_tap(const std::string& address, const std::string& more) {
  return "underlay: {local: 192.0.2.1}\n"
         "segments:\n"
         "  - {vni: 42, tap: {name: vx42, addresses: [" +
         address + "]" + more + "}, peers: {" + unicast_to(1) + "}}\n";
}

}  // namespace

TEST_CASE("adversity: a refused reload leaves addresses, and the routes that hang from them") {
  Wire wire(2);
  Vxtapd daemon(wire.host(0), with_tap("10.42.0.1/24", ""));
  wire.host(0).ip("route add 10.99.0.0/16 via 10.42.0.2");
  const std::string before = routes(wire.host(0));
  REQUIRE_THAT(before, ContainsSubstring("10.99.0.0/16"));

  SECTION("for want of a master") {
    daemon.rewrite(with_tap("10.42.9.1/24", ", master: nobr"));
  }
  SECTION("for an MTU that IPv6 does not take") {
    daemon.rewrite(with_tap("10.42.9.1/24, 'fd00::1/64'", ", mtu: 1000"));
  }
  const auto refused = daemon.ctl({"reload"});
  CHECK(refused.exit_code == 1);
  CHECK(routes(wire.host(0)) == before);
}

TEST_CASE("adversity: a configuration that became a pipe is refused, and the daemon answers on") {
  Wire wire(2);
  const std::string config = with_tap("10.42.0.1/24", "");
  Vxtapd daemon(wire.host(0), config);
  std::filesystem::remove(daemon.config_file());
  REQUIRE(mkfifo(daemon.config_file().c_str(), 0600) == 0);
  const auto refused = daemon.ctl({"reload"});
  CHECK(refused.exit_code == 1);
  CHECK_THAT(refused.err, ContainsSubstring("is a pipe"));
  CHECK(daemon.ctl({"version"}).exit_code == 0);
}

TEST_CASE("adversity: whoever read the log is gone, and the daemon lives on") {
  Wire wire(2);
  Host& host = wire.host(0);
  const std::string file = host.directory() / "vxtapd.yaml";
  const std::string socket = host.directory() / "control.sock";
  const std::string status = host.directory() / "status";
  write_file(file, "control: {socket: " + socket + "}\n" + with_tap("10.42.0.1/24", ""));
  // `head` ends with the first line; every later one meets a closed pipe.
  const std::string script = "(" + built("vxtapd") + " --config " + file +
                             " 2>&1 & echo $! > pid; wait $!; echo $? > " + status + ") | head -n 1";
  Process pipeline(host.thread(), {"sh", "-c", "cd " + (host.directory() / "").string() + " && " + script},
                   {}, host.directory() / "pipeline.log");
  const auto ctl = [&](const std::string& word) {
    return host.command({built("vxtapctl"), "-s", socket, word}).exit_code;
  };
  REQUIRE(eventually([&] { return ctl("version") == 0; }));
  for (int i = 0; i < 5; ++i) CHECK(ctl("reload") == 0);
  CHECK(ctl("version") == 0);
  CHECK(host.command({"sh", "-c", "kill $(cat " + (host.directory() / "pid").string() + ")"}).exit_code == 0);
  REQUIRE(eventually([&] { return std::filesystem::exists(status); }));
  CHECK(read_file(status) == "0\n");
}
