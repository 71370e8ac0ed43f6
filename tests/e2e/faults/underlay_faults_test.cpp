// What happens below: interfaces, addresses, routes, firewalls.
#include "faults/fault_site.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

constexpr auto kRemote = "192.0.2.2/32";

/// A chain of the host's own in nftables, with one rule on VXLAN.
void add_rule(Host& host, const std::string& hook, const std::string& rule) {
  host.must("nft add table ip fault");
  host.must("nft add chain ip fault vxlan { type filter hook " + hook + " priority 0 ; }");
  host.must("nft add rule ip fault vxlan udp dport 4789 " + rule);
}
void remove_rules(Host& host) {
  host.must("nft delete table ip fault");
}

}  // namespace

TEST_CASE("faults: the underlay's interface goes down") {
  FaultSite site;
  site.survive({"underlay interface down", [&] { site.near().ip("link set eth0 down"); },
                site.grows("underlay_send_failed"), [&] { site.near().ip("link set eth0 up"); }});
}

TEST_CASE("faults: the underlay's address is removed") {
  FaultSite site;
  site.survive({"underlay address removed", [&] { site.near().ip("address del 192.0.2.1/24 dev eth0"); },
                site.grows("underlay_send_failed"),
                [&] { site.near().ip("address add 192.0.2.1/24 dev eth0"); }});
}

TEST_CASE("faults: the route to the remote flaps") {
  FaultSite site;
  // ENETUNREACH or EHOSTUNREACH, EINVAL, EACCES.
  for (const std::string kind : {"unreachable", "blackhole", "prohibit", "unreachable"})
    site.survive({kind + " route to the remote", [&] { site.near().ip("route add " + kind + " " + kRemote); },
                  site.grows("underlay_send_failed"),
                  [&] { site.near().ip("route del " + kind + " " + kRemote); }});
}

TEST_CASE("faults: a firewall refuses what is sent, or drops what comes") {
  FaultSite site;
  site.survive({"nftables drops what is sent (EPERM)", [&] { add_rule(site.near(), "output", "drop"); },
                site.grows("underlay_send_failed"), [&] { remove_rules(site.near()); }});
  const auto heard = [&] { return site.daemon().stat(42, {"rx", "packets"}); };
  site.survive({"nftables drops what comes", [&] { add_rule(site.near(), "input", "drop"); },
                [&] {
                  const auto before = heard();
                  return !eventually([&] { return heard() > before; }, milliseconds(200));
                },
                [&] { remove_rules(site.near()); }});
}

TEST_CASE("faults: the remote is gone, and another device takes its place") {
  FaultSite site;
  site.survive({"remote deleted and made anew", [&] { site.far().ip("link del vx42"); },
                [&] { return ping(site.near(), "10.42.0.2", 1, milliseconds(100)).received == 0; },
                [&] { add_kernel_vxlan(site.far(), {.self = 1}, "remote 192.0.2.1"); }});
}

TEST_CASE("faults: an interface that lets next to nothing through") {
  FaultSite site;
  site.survive({"a queue that is full (tbf)",
                [&] { site.near().must("tc qdisc add dev eth0 root tbf rate 8kbit burst 2000 limit 2000"); },
                [&] { return ping(site.near(), "10.42.0.2", 3, milliseconds(100)).received == 0; },
                [&] { site.near().must("tc qdisc del dev eth0 root"); }});
}

TEST_CASE("faults: one packet in twenty is lost, and TCP gets through") {
  FaultSite site;
  for (Host* host : {&site.near(), &site.far()})
    add_rule(*host, "input", "numgen random mod 100 < 5 counter drop");
  CHECK(tcp_transfer(site.near(), site.far(), "10.42.0.2", 2'000'000) == "");
  CHECK(tcp_transfer(site.far(), site.near(), "10.42.0.1", 2'000'000) == "");
  for (Host* host : {&site.near(), &site.far()})
    CHECK(host->must("nft list table ip fault").find("counter packets 0 ") == std::string::npos);
  site.survive({"5 % loss", [] {}, [] { return true; },
                [&] {
                  remove_rules(site.near());
                  remove_rules(site.far());
                }});
}
