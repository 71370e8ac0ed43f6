// The service without any capability, on a TAP that was made for its user.
#include "lab/everyday.hpp"
#include "lab/example.hpp"
#include "lab/served_tunnel.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

/// The commands of the example, with the service's user in alice's place; in the machine, which knows that
/// user.
void prepare_tap(Machine& machine) {
  const std::string alice = " alice";
  for (std::string command : commands_in(example("unprivileged", "h1"))) {
    if (const auto at = command.find(alice); at != std::string::npos)
      command.replace(at, alice.size(), " vxtap");
    machine.must(command);
  }
}

}  // namespace

TEST_CASE("systemd: without a capability the service runs on a TAP made beforehand") {
  ServedTunnel tunnel(example("unprivileged", "h1"));
  tunnel.machine.drop_in(kService, "[Service]\nAmbientCapabilities=\nCapabilityBoundingSet=\n");
  prepare_tap(tunnel.machine);
  tunnel.start();
  const pid_t pid = tunnel.machine.main_process(kService);
  for (const char* set : {"CapPrm", "CapEff", "CapBnd", "CapAmb"})
    CHECK(process_status(pid, set) == "0000000000000000");
  check_everyday_traffic({tunnel.near(), "10.42.0.1"}, {tunnel.far(), "10.42.0.2"});

  // The TAP is not the daemon's: it outlives it, and the next one takes it up.
  tunnel.machine.must("systemctl restart vxtapd");
  check_everyday_traffic({tunnel.near(), "10.42.0.1"}, {tunnel.far(), "10.42.0.2"});
  tunnel.machine.must("systemctl stop vxtapd");
  CHECK(tunnel.has_tap());
}
