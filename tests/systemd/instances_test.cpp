// vxtapd@NAME: several daemons beside one another.
#include "lab/served_tunnel.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

constexpr auto kBlueAddress = "192.0.2.1", kRedAddress = "192.0.2.11";

/// /etc/vxtapd/NAME.yaml of the machine: one segment at `local`.
std::string instance_config(const std::string& name, const Vtep& vtep, const std::string& local) {
  std::string text = segment_config(vtep, unicast_to(1));
  text.replace(text.find(kBlueAddress), std::string(kBlueAddress).size(), local);
  return "control: {socket: /run/vxtapd-" + name + "/control.sock}\n" + text;
}

struct TwoInstances {
  TwoInstances() {
    wire.host(0).ip("addr add " + std::string(kRedAddress) + "/24 dev eth0");
    machine.write("/etc/vxtapd/blue.yaml", instance_config("blue", {.self = 0}, kBlueAddress));
    machine.write("/etc/vxtapd/red.yaml", instance_config("red", red(0), kRedAddress));
    add_kernel_vxlan(wire.host(1), {.self = 1}, "remote " + std::string(kBlueAddress));
    add_kernel_vxlan(wire.host(1), red(1), "remote " + std::string(kRedAddress));
    machine.must("systemctl start vxtapd@blue vxtapd@red");
  }
  static Vtep red(std::size_t self) { return {.self = self, .vni = 43, .device = "vx43", .network = 43}; }

  Wire wire{2};
  Machine machine{wire.host(0)};
};

}  // namespace

TEST_CASE("systemd: two instances run at once, and each is reloaded and stopped by itself") {
  TwoInstances two;
  Host& near = two.wire.host(0);
  CHECK(reaches(near, "10.42.0.2"));
  CHECK(reaches(near, "10.43.0.2"));

  UdpFlow red(near, two.wire.host(1), "10.43.0.2");
  REQUIRE(red.goes_on());
  CHECK(two.machine.systemctl("reload vxtapd@blue").exit_code == 0);
  CHECK(reaches(near, "10.42.0.2"));
  two.machine.must("systemctl stop vxtapd@blue");
  CHECK_FALSE(near.interface_mtu("vx42").has_value());
  CHECK_FALSE(two.machine.exists("/run/vxtapd-blue"));

  CHECK(red.goes_on());
  const auto result = red.stop();
  CHECK(result.received == result.sent);
  CHECK(two.machine.property("vxtapd@red.service", "ActiveState") == "active");
}
