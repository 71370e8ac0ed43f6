// What starting and stopping the service means.
#include "lab/served_tunnel.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

TEST_CASE(
    "systemd: active means that the sockets are bound and the TAP is up, and the status names what runs") {
  ServedTunnel tunnel;
  tunnel.start();
  CHECK(tunnel.machine.property(kService, "ActiveState") == "active");
  CHECK(tunnel.has_socket());
  CHECK_THAT(tunnel.near().ip("-o link show dev vx42"), ContainsSubstring(",UP,LOWER_UP"));
  const std::string status = tunnel.machine.property(kService, "StatusText");
  CHECK_THAT(status, ContainsSubstring("1 segment,") && ContainsSubstring("1 remote,"));
  CHECK(reaches(tunnel.near(), "10.42.0.2"));
  CHECK(reaches(tunnel.far(), "10.42.0.1"));
}

TEST_CASE("systemd: stop leaves no TAP, no socket and no file") {
  ServedTunnel tunnel;
  tunnel.start();
  REQUIRE(tunnel.machine.exists("/run/vxtapd/control.sock"));
  tunnel.machine.must("systemctl stop vxtapd");
  CHECK(tunnel.machine.property(kService, "Result") == "success");
  CHECK(tunnel.machine.property(kService, "ActiveState") == "inactive");
  CHECK_FALSE(tunnel.has_tap());
  CHECK_FALSE(tunnel.has_socket());
  CHECK_FALSE(tunnel.machine.exists("/run/vxtapd"));
}

TEST_CASE("systemd: the service can be stopped and started again") {
  ServedTunnel tunnel;
  for (int i = 0; i < 3; ++i) {
    tunnel.start();
    CHECK(reaches(tunnel.near(), "10.42.0.2"));
    tunnel.machine.must("systemctl stop vxtapd");
  }
}
