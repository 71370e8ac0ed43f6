// One worker that stands still while all else runs on is for systemd to end.
#include "lab/served_tunnel.hpp"
#include "lab/stopped_thread.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

TEST_CASE("systemd: the watchdog leaves a daemon alone that works") {
  ServedTunnel tunnel;
  tunnel.machine.drop_in(kService, "[Service]\nWatchdogSec=1s\n");
  tunnel.start();
  const pid_t before = tunnel.machine.main_process(kService);
  std::this_thread::sleep_for(seconds(3));
  CHECK(tunnel.machine.main_process(kService) == before);
  CHECK(tunnel.machine.property(kService, "NRestarts") == "0");
}

TEST_CASE("systemd: a worker that stands still is ended by the watchdog, and the service started anew") {
  ServedTunnel tunnel;
  tunnel.machine.drop_in(kService, "[Service]\nWatchdogSec=2s\nTimeoutAbortSec=1s\n");
  tunnel.start();
  REQUIRE(reaches(tunnel.near(), "10.42.0.2"));
  {
    const StoppedThread worker(thread_of(tunnel.machine.main_process(kService), "worker-0"));
    CHECK(eventually(
        [&] { return tunnel.machine.journal(kService).find("Watchdog timeout") != std::string::npos; }));
  }
  CHECK(eventually([&] { return tunnel.machine.property(kService, "NRestarts") == "1"; }));
  CHECK(eventually([&] { return tunnel.machine.property(kService, "ActiveState") == "active"; }));
  CHECK(reaches(tunnel.near(), "10.42.0.2"));
}
