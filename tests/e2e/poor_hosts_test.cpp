#include <linux/if_tun.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <boost/json.hpp>
#include <cerrno>
#include <sstream>

#include "lab/everyday.hpp"
#include "lab/launched.hpp"
#include "lab/overlay.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

// Hosts that lack what most have: vxtapd starts, carries traffic, and says in one line what is missing. What
// a kernel lacks is imitated by a seccomp filter on the thread that starts the programs.

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A system call that fails for the programs of a host.
struct Lacking {
  int error;
  int call;
  std::vector<scmp_arg_cmp> when;
};

/// Without giving up new privileges, which root need not.
void take_from(Host& host, const std::vector<Lacking>& all) {
  host.run([&] {
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
    int error = seccomp_attr_set(context, SCMP_FLTATR_CTL_NNP, 0);
    for (const auto& [with, call, when] : all)
      if (error == 0)
        error = seccomp_rule_add_array(context, SCMP_ACT_ERRNO(static_cast<std::uint16_t>(with)), call,
                                       static_cast<unsigned>(when.size()), when.data());
    if (error == 0) error = seccomp_load(context);
    seccomp_release(context);
    if (error != 0) throw std::runtime_error("filter: errno " + std::to_string(-error));
  });
}

scmp_arg_cmp is(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp has(unsigned argument, std::uint64_t bits) {
  return {argument, SCMP_CMP_MASKED_EQ, bits, bits};
}

Lacking option(int level, int name) {
  return {ENOPROTOOPT,
          SCMP_SYS(setsockopt),
          {is(1, static_cast<std::uint64_t>(level)), is(2, static_cast<std::uint64_t>(name))}};
}

/// Linux 4.17: no UDP_SEGMENT, no UDP_GRO, no UDP superframes of TAPs.
std::vector<Lacking> old_kernel() {
  constexpr std::uint64_t kUso4 = 0x20, kUso6 = 0x40;  // TUN_F_USO4 and 6, <linux/if_tun.h> since 6.2
  return {option(SOL_UDP, UDP_SEGMENT),
          option(SOL_UDP, UDP_GRO),
          {EINVAL, SCMP_SYS(ioctl), {is(1, TUNSETOFFLOAD), has(2, kUso4)}},
          {EINVAL, SCMP_SYS(ioctl), {is(1, TUNSETOFFLOAD), has(2, kUso6)}}};
}

std::size_t lines_with(const std::string& log, const std::string& text) {
  std::istringstream lines(log);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) count += line.find(text) != std::string::npos ? 1 : 0;
  return count;
}

std::string addressed() {
  return segment_config({.self = 0}, unicast_to(1));
}

/// The poor host, whose vxtapd the case starts, and one with a kernel vxlan device.
struct Site {
  Site() { add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1"); }
  void check_traffic() {
    check_everyday_traffic({poor, overlay_address(0, Family::kIpv4)},
                           {wire.host(1), overlay_address(1, Family::kIpv4)});
  }
  Wire wire{2};
  Host& poor = wire.host(0);
};

/// It adds a TAP, answers, and ends as asked.
void check_alive(Host& host, Launched& daemon) {
  daemon.rewrite(addressed() + "  - {vni: 43, tap: vx43, peers: {mode: unicast, remote: 192.0.2.2}}\n");
  const auto reloaded = daemon.ctl({"reload"});
  INFO(reloaded.err << daemon.log());
  CHECK(reloaded.exit_code == 0);
  CHECK(host.interface_mtu("vx43"));
  CHECK(daemon.ctl({"doctor"}).exit_code == 0);
  CHECK(daemon.stop() == 0);
}

/// Packets of a megabyte of TCP that left on the wire, and those that the segment counted.
struct Sent {
  std::uint64_t on_wire = 0;
  std::uint64_t counted = 0;
};
Sent send_megabytes(Site& site, Launched& daemon) {
  const auto counted = [&] {
    const auto stats = boost::json::parse(daemon.ctl({"-j", "stats"}).out);
    return stats.at("segments").at(0).at("tx").at("packets").to_number<std::uint64_t>();
  };
  const auto wire = [&] { return site.poor.interface_packets("eth0").sent; };
  const Sent before{wire(), counted()};
  CHECK(tcp_transfer(site.poor, site.wire.host(1), overlay_address(1, Family::kIpv4), 4 << 20) == "");
  const auto counted_after = counted();  // before the wire, on which those are then
  return {wire() - before.on_wire, counted_after - before.counted};
}

}  // namespace

TEST_CASE("poor hosts: IPv6 switched off, and a TAP that was to have an address of it") {
  Site site;
  for (const char* scope : {"all", "default"})
    site.poor.sysctl(std::string("ipv6/conf/") + scope + "/disable_ipv6", "1");
  Launched daemon(site.poor, addressed(), {});
  site.check_traffic();
  CHECK_THAT(addressed(), ContainsSubstring("fd42::1/64"));
  CHECK(lines_with(daemon.log(), "IPv6 is switched off") == 1);
  CHECK(lines_with(daemon.log(), "warning") == 1);
  check_alive(site.poor, daemon);
}

TEST_CASE("poor hosts: a kernel without IPv6") {
  Site site;
  take_from(site.poor, {{EAFNOSUPPORT, SCMP_SYS(socket), {is(0, AF_INET6)}}});
  const TempDirectory directory;
  const auto file = directory / "v6.yaml";
  write_file(file, "control: {socket: " + (directory / "control.sock").string() + "}\n" +
                       segment_config({.self = 0, .family = Family::kIpv6}, unicast_to(1, Family::kIpv6)));
  const auto refused = site.poor.command({built("vxtapd"), "--config", file});
  CHECK(refused.exit_code == 3);
  CHECK_THAT(refused.err, ContainsSubstring("[2001:db8::1]:4789") && ContainsSubstring("no IPv6"));

  Launched daemon(site.poor, addressed(), {});
  site.check_traffic();
  CHECK(lines_with(daemon.log(), "warning") == 0);
  check_alive(site.poor, daemon);
}

TEST_CASE("poor hosts: a kernel without trains and without UDP superframes") {
  Site site;
  take_from(site.poor, old_kernel());
  Launched daemon(site.poor, addressed(), {});
  site.check_traffic();
  const auto sent = send_megabytes(site, daemon);
  CHECK(sent.on_wire >= sent.counted);  // each packet by itself: nothing was left to the kernel to cut
  for (const char* missing : {"UDP_SEGMENT", "UDP_GRO", "TUN_F_USO4"})
    CHECK(lines_with(daemon.log(), missing) == 1);
  const auto stats = boost::json::parse(daemon.ctl({"-j", "stats"}).out);
  CHECK(stats.at("kernel").at("trains_refused") == 0);
  check_alive(site.poor, daemon);
}

TEST_CASE("poor hosts: beside it a kernel with trains sends fewer packets than it counts") {
  Site site;
  Launched daemon(site.poor, addressed(), {});
  const auto sent = send_megabytes(site, daemon);
  CHECK(sent.on_wire < sent.counted / 2);
  CHECK(lines_with(daemon.log(), "this kernel") == 0);
  CHECK(daemon.stop() == 0);
}

TEST_CASE("poor hosts: no machine-id") {
  Site site;
  const auto config =
      "underlay: {local: 192.0.2.1}\n"
      "segments: [{vni: 42, tap: vx42, peers: {mode: unicast, remote: 192.0.2.2}}]\n";
  const LaunchWay without{.wrapper =
                              in_mount_namespace("for f in /etc/machine-id /var/lib/dbus/machine-id; do\n"
                                                 "  if [ -e $f ]; then mount --bind /dev/null $f; fi\n"
                                                 "done")};
  std::string macs;
  for (int i = 0; i < 2; ++i) {
    Launched daemon(site.poor, config, without);
    CHECK(lines_with(daemon.log(), "machine-id") == 1);
    CHECK(lines_with(daemon.log(), "warning") == 0);
    macs += site.poor.interface_mac("vx42");
    CHECK(daemon.stop() == 0);
  }
  CHECK(macs.substr(0, 17) == macs.substr(17));
}

TEST_CASE("poor hosts: a root that is read-only, but for the control socket's directory") {
  Site site;
  Launched daemon(site.poor, addressed(),
                  {.wrapper = in_mount_namespace("mount --bind \"$directory\" \"$directory\"\n"
                                                 "mount -o remount,bind,ro /\n"
                                                 "if touch /tmp/here 2>/dev/null; then exit 1; fi")});
  site.check_traffic();
  CHECK(lines_with(daemon.log(), "warning") == 0);
  check_alive(site.poor, daemon);
  CHECK_FALSE(std::filesystem::exists(daemon.socket()));
}

TEST_CASE("poor hosts: a container with /dev/net/tun and CAP_NET_ADMIN, and nothing else") {
  Site site;
  Launched daemon(
      site.poor, addressed(),
      {.wrapper = in_mount_namespace("mount -t tmpfs -o mode=755 tmpfs /dev\n"
                                     "mkdir /dev/net; mknod -m 666 /dev/net/tun c 10 200\n"
                                     "mount -t tmpfs tmpfs /sys\n"
                                     "mount -o remount,bind,ro /proc /proc || true",
                                     "exec setpriv --bounding-set=-all,+net_admin --inh-caps=-all")});
  site.check_traffic();
  CHECK(lines_with(daemon.log(), "warning") == 0);
  CHECK(lines_with(daemon.log(), "sandbox:") == 0);
  check_alive(site.poor, daemon);
}

TEST_CASE("poor hosts: where nothing can be given up, a line tells each measure that is missing") {
  Site site;
  take_from(site.poor, {{EPERM, SCMP_SYS(capset), {}},
                        {ENOSYS, SCMP_SYS(landlock_create_ruleset), {}},
                        {EPERM, SCMP_SYS(seccomp), {}},
                        {EPERM, SCMP_SYS(prctl), {is(0, PR_SET_SECCOMP)}},
                        {EPERM, SCMP_SYS(prctl), {is(0, PR_SET_NO_NEW_PRIVS)}}});
  Launched daemon(site.poor, addressed(), {});
  site.check_traffic();
  for (const char* missing : {"capabilities", "new privileges", "files", "system calls"})
    CHECK(lines_with(daemon.log(), std::string("sandbox: ") + missing) == 1);
  CHECK_THAT(daemon.log(), ContainsSubstring("no Landlock"));
  check_alive(site.poor, daemon);
}
