// What systemd says of the units, and the service at boot.
#include "lab/served_tunnel.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

/// What `systemctl enable` would link.
constexpr auto kAtBoot = "/etc/systemd/system/multi-user.target.d/vxtapd.conf";

std::string unit_file(const std::string& name) {
  return "/usr/lib/systemd/system/" + name;
}

std::int64_t became_active(Machine& machine, const std::string& unit) {
  return std::stoll(machine.property(unit, "ActiveEnterTimestampMonotonic"));
}

}  // namespace

TEST_CASE("systemd: an enabled service is up after boot, before network.target") {
  Wire wire(2);
  add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
  Machine machine(wire.host(0), {{kConfigFile, near_config()}, {kAtBoot, "[Unit]\nWants=vxtapd.service\n"}});
  CHECK(machine.property(kService, "ActiveState") == "active");
  CHECK(reaches(wire.host(0), "10.42.0.2"));
  CHECK(became_active(machine, kService) <= became_active(machine, "network.target"));
}

TEST_CASE("systemd: a boot without the underlay's address is not held up") {
  Wire wire(2);
  wire.host(0).ip("addr del 192.0.2.1/24 dev eth0");
  Machine machine(wire.host(0), {{kConfigFile, near_config()}, {kAtBoot, "[Unit]\nWants=vxtapd.service\n"}});
  CHECK(machine.property("multi-user.target", "ActiveState") == "active");
}

TEST_CASE("systemd: the units are enabled where they say, and systemd finds no fault in them") {
  Host host;
  Machine machine(host);
  machine.must("systemctl enable vxtapd.service vxtapd@blue.service");
  CHECK(machine.exists("/etc/systemd/system/multi-user.target.wants/vxtapd.service"));
  CHECK(machine.exists("/etc/systemd/system/multi-user.target.wants/vxtapd@blue.service"));
  const auto verified = machine.command(
      {"systemd-analyze", "verify", "--man=no", unit_file("vxtapd.service"), unit_file("vxtapd@.service")});
  CHECK(verified.exit_code == 0);
  CHECK(verified.out + verified.err == "");
}

TEST_CASE("systemd: the units' exposure is at most 1.7") {
  Host host;
  Machine machine(host);
  for (const std::string unit : {"vxtapd.service", "vxtapd@.service"}) {
    // As it is given away: under another name it has no drop-in for a sanitizer.
    const std::string alone = "/root/shipped" + unit.substr(std::string("vxtapd").size());
    machine.write(alone, machine.read(unit_file(unit)));
    // The threshold is in tenths; above it the command fails.
    const auto score = machine.command(
        {"systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=17", alone});
    INFO(score.out + score.err);
    CHECK(score.exit_code == 0);
    CHECK_THAT(score.out, ContainsSubstring("Overall exposure level"));
  }
}
