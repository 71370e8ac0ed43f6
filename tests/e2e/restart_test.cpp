#include "lab/traffic.hpp"
#include "lab/tunnel.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

TEST_CASE("restart: traffic resumes after either side was started anew") {
  const auto peer = GENERATE(Peer::kKernel, Peer::kVxtapd);
  Tunnel tunnel(peer);
  REQUIRE(reaches(tunnel.near(), "10.42.0.2"));

  tunnel.near_daemon->stop();
  tunnel.near_daemon.emplace(tunnel.near(), segment_config({.self = 0}, unicast_to(1)));
  CHECK(reaches(tunnel.near(), "10.42.0.2"));
  CHECK(reaches(tunnel.far(), "10.42.0.1"));

  if (tunnel.far_daemon) {
    tunnel.far_daemon->stop();
    tunnel.far_daemon.emplace(tunnel.far(), segment_config({.self = 1}, unicast_to(0)));
  } else {
    tunnel.far().ip("link del vx42");
    add_kernel_vxlan(tunnel.far(), {.self = 1}, "remote 192.0.2.1");
  }
  CHECK(reaches(tunnel.far(), "10.42.0.1"));
  CHECK(tcp_transfer(tunnel.near(), tunnel.far(), "10.42.0.2", 1'000'000) == "");
}
