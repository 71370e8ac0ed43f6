// What the units leave the daemon, and that it does everything with it.
#include "lab/http.hpp"
#include "lab/served_tunnel.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Of a machine whose service is ended by the first system call outside the unit's filter, instead of being
/// told EPERM, which could go unnoticed.
struct StrictTunnel : ServedTunnel {
  StrictTunnel() : ServedTunnel(near_config() + "metrics: {listen: \"127.0.0.1:9478\"}\n") {
    machine.drop_in(kService, "[Service]\nSystemCallErrorNumber=kill\n");
    start();
  }
  CommandResult ctl(const std::string& words) { return machine.command({"sh", "-c", "vxtapctl " + words}); }
};

}  // namespace

TEST_CASE("systemd: the daemon runs as a user of its own with CAP_NET_ADMIN alone") {
  ServedTunnel tunnel;
  tunnel.start();
  const pid_t pid = tunnel.machine.main_process(kService);
  std::string user = tunnel.machine.must("id -u vxtap");
  user.back() = '\t';
  CHECK(user != "0\t");
  CHECK(process_status(pid, "Uid").starts_with(user));
  for (const char* set : {"CapPrm", "CapEff", "CapBnd"})
    CHECK(process_status(pid, set) == "0000000000001000");
  CHECK(process_status(pid, "NoNewPrivs") == "1");
  CHECK(process_status(pid, "Seccomp") == "2");
}

TEST_CASE("systemd: of the devices it sees the TAP's, and writes no file but below its own directory") {
  ServedTunnel tunnel;
  tunnel.machine.must("mknod -m 666 /dev/other c 1 9");
  tunnel.start();
  const std::string enter = "nsenter --mount --target " + tunnel.machine.property(kService, "MainPID") + " ";
  const auto in_service = [&](const std::string& command) {
    return tunnel.machine.command({"sh", "-c", enter + command}).exit_code == 0;
  };
  CHECK(in_service("test -c /dev/net/tun"));
  CHECK_FALSE(in_service("test -e /dev/other"));
  CHECK(in_service("touch /run/vxtapd/file"));
  for (const char* file : {"/etc/vxtapd/file", "/usr/sbin/file", "/var/lib/file"}) {
    INFO(file);
    CHECK_FALSE(in_service(std::string("touch ") + file));
  }
}

TEST_CASE("systemd: the sandbox allows everything that the control socket can ask for") {
  StrictTunnel tunnel;
  REQUIRE(reaches(tunnel.near(), "10.42.0.2"));
  for (const char* command :
       {"show", "fdb show", "stats", "drops", "doctor", "path-mtu 192.0.2.2", "log debug", "mdb show",
        "explain --vni 42 --from tap --src 02:42:00:00:00:01 --dst 02:42:00:00:00:02",
        "fdb add 02:00:00:00:00:09 --vni 42 --remote 192.0.2.9 --permanent", "fdb flush"}) {
    const auto result = tunnel.ctl(command);
    INFO(command << ": " << result.out << result.err);
    CHECK((result.exit_code == 0 || std::string(command) == "doctor"));
    CHECK_THAT(result.out + result.err, !ContainsSubstring("not permitted") && !ContainsSubstring("denied"));
  }
  // doctor's facts come from /proc/sys and /sys/class/net.
  CHECK_THAT(tunnel.ctl("-j doctor").out, ContainsSubstring("rp_filter"));
  CHECK(ping(tunnel.near(), "10.42.0.2", 3).received == 3);
  CHECK(tcp_transfer(tunnel.near(), tunnel.far(), "10.42.0.2", 10'000'000) == "");
  CHECK(tunnel.machine.property(kService, "NRestarts") == "0");
}

TEST_CASE("systemd: the sandbox allows a capture and the metrics page") {
  StrictTunnel tunnel;
  REQUIRE(reaches(tunnel.near(), "10.42.0.2"));
  UdpFlow flow(tunnel.near(), tunnel.far(), "10.42.0.2");
  const auto capture = tunnel.ctl("capture --count 20 --filter udp -w /tmp/capture.pcapng");
  INFO(capture.err);
  CHECK(capture.exit_code == 0);
  CHECK(tunnel.machine.read("/tmp/capture.pcapng").size() > 1000);
  const auto page = http_get(tunnel.near(), Endpoint("127.0.0.1", 9478), "/metrics");
  CHECK(page.status == 200);
  CHECK_THAT(page.body, ContainsSubstring("vxtap_"));
  CHECK(tunnel.machine.property(kService, "NRestarts") == "0");
}

TEST_CASE("systemd: the sandbox allows a reload of everything that can be reloaded") {
  StrictTunnel tunnel;
  Host& near = tunnel.near();
  near.ip("link add br0 type bridge");
  tunnel.machine.write(
      kConfigFile,
      near_config("fdb: {learning: false}") +
          "  - {vni: 43, name: red, tap: {name: vx43, master: br0, queues: 1, owner: vxtap},"
          " peers: {mode: unicast, remote: 192.0.2.2}, underlay: {port: 8472}}\n"
          "  - {vni: 44, name: green, tap: {name: vx44, persist: true},"
          " peers: {mode: multicast-group, group: 239.1.1.1}, underlay: {device: eth0, port: 4790}}\n"
          "metrics: {listen: \"127.0.0.1:9479\"}\n");
  const auto reload = tunnel.machine.systemctl("reload vxtapd");
  INFO(reload.err << tunnel.machine.journal(kService));
  REQUIRE(reload.exit_code == 0);
  CHECK_THAT(near.ip("-o link show dev vx43"), ContainsSubstring("master br0"));
  CHECK(near.interface_mtu("vx44").has_value());
  CHECK(http_get(near, Endpoint("127.0.0.1", 9479), "/healthz").status == 200);
  // A TAP that somebody deleted is made anew.
  near.ip("link del vx43");
  CHECK(tunnel.machine.systemctl("reload vxtapd").exit_code == 0);
  CHECK(near.interface_mtu("vx43").has_value());
  INFO(tunnel.machine.journal(kService));
  CHECK(tunnel.machine.property(kService, "NRestarts") == "0");
}

TEST_CASE("systemd: members of control.group reach the daemon, others do not") {
  ServedTunnel tunnel("control: {group: vxtap}\n" + near_config());
  tunnel.start();
  const auto as = [&](const std::string& group) {
    return tunnel.machine
        .command({"setpriv", "--reuid=4242", "--regid=4242", "--groups=" + group, "vxtapctl", "show"})
        .exit_code;
  };
  std::string group = tunnel.machine.must("id -g vxtap");
  group.pop_back();
  CHECK(as(group) == 0);
  CHECK(as("4242") != 0);
}
