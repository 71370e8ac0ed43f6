// A configuration that is refused, and a system that refuses: the one is given up at once, the other never.
#include "lab/served_tunnel.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

/// With a key in line 3 that no segment has.
std::string wrong_config() {
  return "underlay: {local: 192.0.2.1}\nsegments:\n  - {vni: 42, tap: vx42, colour: red}\n";
}

int restarts(Machine& machine) {
  return std::stoi(machine.property(kService, "NRestarts"));
}

bool becomes(Machine& machine, const std::string& state) {
  return eventually([&] { return machine.property(kService, "ActiveState") == state; });
}

}  // namespace

TEST_CASE("systemd: a refused file fails the start with its place in the journal and is not tried again") {
  ServedTunnel tunnel(wrong_config());
  CHECK(tunnel.machine.systemctl("start vxtapd").exit_code != 0);
  CHECK(tunnel.machine.property(kService, "ActiveState") == "failed");
  CHECK_THAT(tunnel.machine.journal(kService), ContainsSubstring("/etc/vxtapd/vxtapd.yaml:3:"));

  std::this_thread::sleep_for(seconds(2));  // twice RestartSec
  CHECK(tunnel.machine.property(kService, "ActiveState") == "failed");
  CHECK(restarts(tunnel.machine) == 0);
  CHECK_FALSE(tunnel.has_tap());

  tunnel.machine.write(kConfigFile, near_config());
  tunnel.start();
  CHECK(reaches(tunnel.near(), "10.42.0.2"));
}

TEST_CASE("systemd: the underlay's address may come after the service is started") {
  ServedTunnel tunnel;
  tunnel.near().ip("addr del 192.0.2.1/24 dev eth0");
  tunnel.machine.systemctl("start vxtapd");
  CHECK(eventually([&] { return restarts(tunnel.machine) >= 2; }));
  CHECK_THAT(tunnel.machine.journal(kService), ContainsSubstring("192.0.2.1"));
  tunnel.near().ip("addr add 192.0.2.1/24 dev eth0");
  CHECK(becomes(tunnel.machine, "active"));
  CHECK(reaches(tunnel.near(), "10.42.0.2"));
}

TEST_CASE("systemd: a file that is broken while the address is waited for ends the waiting") {
  ServedTunnel tunnel;
  tunnel.near().ip("addr del 192.0.2.1/24 dev eth0");
  tunnel.machine.systemctl("start vxtapd");
  REQUIRE(eventually([&] { return restarts(tunnel.machine) >= 1; }));
  tunnel.machine.write(kConfigFile, wrong_config());
  CHECK(becomes(tunnel.machine, "failed"));
  const int before = restarts(tunnel.machine);
  std::this_thread::sleep_for(seconds(2));
  CHECK(restarts(tunnel.machine) == before);
}
