// Reloads through systemd: it waits for the outcome and tells it.
#include "lab/served_tunnel.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

/// The second segment of near_config().
constexpr auto kMore = "  - {vni: 43, name: red, tap: vx43, peers: {mode: unicast, remote: 192.0.2.2}}\n";

std::string two_segments() {
  return near_config() + kMore;
}

bool has_red(ServedTunnel& tunnel) {
  return tunnel.near().interface_mtu("vx43").has_value();
}

std::string status(ServedTunnel& tunnel) {
  return tunnel.machine.property(kService, "StatusText");
}

}  // namespace

TEST_CASE("systemd: reload brings the new file into force before it returns, and the process stays") {
  ServedTunnel tunnel;
  tunnel.start();
  const pid_t before = tunnel.machine.main_process(kService);
  tunnel.machine.write(kConfigFile, two_segments());
  CHECK(tunnel.machine.systemctl("reload vxtapd").exit_code == 0);
  CHECK(has_red(tunnel));
  CHECK(tunnel.machine.main_process(kService) == before);
  CHECK(reaches(tunnel.near(), "10.42.0.2"));
}

TEST_CASE("systemd: a reload whose file is refused fails, and the old configuration runs on") {
  ServedTunnel tunnel;
  tunnel.start();
  UdpFlow flow(tunnel.far(), tunnel.near(), "10.42.0.1");
  REQUIRE(flow.goes_on());
  tunnel.machine.write(kConfigFile, two_segments() + "    colour: red\n");
  CHECK(tunnel.machine.systemctl("reload vxtapd").exit_code != 0);
  CHECK(tunnel.machine.property(kService, "ActiveState") == "active");
  CHECK_THAT(tunnel.machine.journal(kService), ContainsSubstring("/etc/vxtapd/vxtapd.yaml:"));
  CHECK_FALSE(has_red(tunnel));
  CHECK(flow.goes_on());
  const auto result = flow.stop();
  CHECK(result.received == result.sent);

  tunnel.machine.write(kConfigFile, two_segments());
  CHECK(tunnel.machine.systemctl("reload vxtapd").exit_code == 0);
  CHECK(has_red(tunnel));
}

TEST_CASE("systemd: SIGHUP reloads, and the status tells of the outcome") {
  ServedTunnel tunnel;
  tunnel.start();
  tunnel.machine.write(kConfigFile, two_segments());
  tunnel.machine.must("systemctl kill --signal=HUP --kill-whom=main vxtapd");
  CHECK(eventually([&] { return status(tunnel).find("2 segments") != std::string::npos; }));
  CHECK(has_red(tunnel));

  tunnel.machine.write(kConfigFile, "segments: 1\n");
  tunnel.machine.must("systemctl kill --signal=HUP --kill-whom=main vxtapd");
  CHECK(eventually([&] { return status(tunnel).find("last reload refused") != std::string::npos; }));
  CHECK(tunnel.machine.property(kService, "ActiveState") == "active");
  CHECK(has_red(tunnel));
}
