// `vxtapctl doctor` on hosts that are well, and on hosts with each fault made for real: found, and gone once
// its mend is applied.
#include <algorithm>
#include <functional>
#include <set>
#include <thread>

#include "lab/firewall.hpp"
#include "lab/narrowing.hpp"
#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/traffic.hpp"
#include "lab/tunnel.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";
constexpr auto kStation = "02:99:00:00:00:01";

/// One line for each finding: "error route remote 192.0.2.2:4789: SEEN -> MEND".
using Findings = std::vector<std::string>;

Findings findings(Vxtapd& daemon) {
  Findings lines;
  const auto document = daemon.json({"doctor"});
  for (const auto& check : document.at("checks").as_array()) {
    const auto word = [&](const char* name) { return std::string(check.at(name).as_string()); };
    if (word("result") == "ok") continue;
    lines.push_back(word("result") + " " + word("check") + " " + word("object") + ": " + word("seen") +
                    " -> " + word("mend"));
  }
  return lines;
}

/// The finding that begins so; empty when there is none.
std::string finding(Vxtapd& daemon, const std::string& beginning) {
  for (const auto& line : findings(daemon))
    if (line.starts_with(beginning)) return line;
  return {};
}

bool well(Vxtapd& daemon, const std::string& beginning) {
  return eventually([&] { return finding(daemon, beginning).empty(); });
}

/// Two vxtapd that have heard of each other.
struct Pair {
  explicit Pair(Family family = Family::kIpv4) : tunnel(Peer::kVxtapd, family) {
    REQUIRE(reaches(tunnel.near(), overlay_address(1, Family::kIpv4)));
  }
  Host& near() { return tunnel.near(); }
  Vxtapd& daemon() { return *tunnel.near_daemon; }

  /// The fault is found as `beginning`, whose line is returned, and gone after `mend`.
  std::string check_found(const std::string& beginning, const std::function<void()>& mend) {
    std::string line;
    CHECK(eventually([&] { return !(line = finding(daemon(), beginning)).empty(); }, seconds(10)));
    CAPTURE(beginning, findings(daemon()));
    mend();
    CHECK(well(daemon(), beginning));
    return line;
  }

  Tunnel tunnel;
};

}  // namespace

TEST_CASE("doctor: a pair that is well has no findings, on either side") {
  Pair pair(GENERATE(Family::kIpv4, Family::kIpv6));
  CHECK(findings(pair.daemon()) == Findings{});
  CHECK(findings(*pair.tunnel.far_daemon) == Findings{});
  CHECK(findings(pair.daemon()) == Findings{});
  const auto result = pair.daemon().ctl({"doctor"});
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, ContainsSubstring("no findings; ") && ContainsSubstring("checks"));
  const auto all = pair.daemon().ctl({"doctor", "--all"});
  CHECK_THAT(all.out, ContainsSubstring("tap_state") && ContainsSubstring("remote_port"));
}

TEST_CASE("doctor: a kernel peer that is well, too") {
  Tunnel tunnel(Peer::kKernel);
  REQUIRE(reaches(tunnel.near(), overlay_address(1, Family::kIpv4)));
  CHECK(findings(*tunnel.near_daemon) == Findings{});
}

TEST_CASE("doctor: multicast that is well") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const std::string group = family == Family::kIpv4 ? "239.1.1.1" : "ff0e::42";
  const auto config = [&](std::size_t self) {
    return segment_config({.self = self, .family = family}, "mode: multicast-group, group: \"" + group + "\"",
                          "", "device: eth0");
  };
  Wire wire(2);
  Vxtapd near(wire.host(0), config(0));
  Vxtapd far(wire.host(1), config(1));
  REQUIRE(reaches(wire.host(0), overlay_address(1, Family::kIpv4)));
  CHECK(findings(near) == Findings{});
}

TEST_CASE("doctor and path-mtu over link-local addresses, which another interface has as well") {
  Wire wire(2);
  const auto config = [](std::size_t self) {
    const auto own = std::to_string(self + 1);
    return "underlay: {local: \"fe80::" + own +
           "%eth0\"}\nsegments:\n  - vni: 42\n    tap: {name: vx42, addresses: [10.42.0." + own +
           "/24]}\n    peers: {mode: unicast, remote: \"fe80::" + std::to_string(2 - self) + "\"}\n";
  };
  for (std::size_t i = 0; i < 2; ++i) {
    const auto own = "fe80::" + std::to_string(i + 1) + "/64";
    wire.host(i).ip("link add other type veth peer name other_end");
    for (const auto* device : {"eth0", "other"}) {
      wire.host(i).ip("link set " + std::string(device) + " up");
      wire.host(i).ip("addr add " + own + " dev " + device + " nodad");
    }
  }
  Vxtapd near(wire.host(0), config(0));
  Vxtapd far(wire.host(1), config(1));
  REQUIRE(reaches(wire.host(0), overlay_address(1, Family::kIpv4)));
  CHECK(findings(near) == Findings{});
  const auto path = near.json({"path-mtu", "fe80::2"});
  CHECK(path.at("path_mtu") == 1500);
  CHECK(path.at("verified") == true);
}

TEST_CASE("doctor: a bridge and a trunk that are well") {
  Wire wire(2);
  const auto config = [](std::size_t self) {
    const auto tap = [](const std::string& name, const std::string& more) {
      return "    tap: {name: " + name + more + "}\n";
    };
    const std::string remote = underlay_address(1 - self, Family::kIpv4);
    const std::string peers = "    peers: {mode: static-flood, remotes: [" + remote + "]}\n";
    return "underlay: {local: " + underlay_address(self, Family::kIpv4) + "}\nsegments:\n" + "  - vni: 42\n" +
           tap("vx42", ", master: br0") + peers + "  - vni: 51\n    vlan: 51\n" + tap("trunk", "") + peers +
           "  - vni: 52\n    vlan: 52\n" + tap("trunk", "") + peers;
  };
  for (std::size_t i = 0; i < 2; ++i) {
    wire.host(i).ip("link add br0 type bridge");
    wire.host(i).ip("addr add " + overlay_address(i, Family::kIpv4) + "/24 dev br0");
    wire.host(i).ip("link set br0 up");
  }
  Vxtapd near(wire.host(0), config(0));
  Vxtapd far(wire.host(1), config(1));
  REQUIRE(reaches(wire.host(0), overlay_address(1, Family::kIpv4)));
  CHECK(findings(near) == Findings{});

  SECTION("a port with a larger MTU") {
    Host container;
    connect(wire.host(0), "port0", container, "eth0");
    wire.host(0).ip("link set port0 master br0");
    CHECK_THAT(finding(near, "warning bridge_mtu tap vx42"), ContainsSubstring("ip link set port0 mtu 1450"));
    wire.host(0).ip("link set port0 mtu 1450");
    CHECK(well(near, "warning bridge_mtu"));
  }
  SECTION("out of the bridge") {
    wire.host(0).ip("link set vx42 nomaster");
    CHECK_THAT(finding(near, "error tap_master tap vx42"), ContainsSubstring("ip link set vx42 master br0"));
    wire.host(0).ip("link set vx42 master br0");
    CHECK(well(near, "error tap_master"));
  }
  SECTION("the bridge is down") {
    wire.host(0).ip("link set br0 down");
    CHECK_THAT(finding(near, "error tap_master tap vx42"), ContainsSubstring("-> ip link set br0 up"));
    wire.host(0).ip("link set br0 up");
    CHECK(well(near, "error tap_master"));
  }
  SECTION("the host sends untagged into the trunk") {
    wire.host(0).ip("addr add 10.99.0.1/24 dev trunk");
    ping(wire.host(0), "10.99.0.2", 3, milliseconds(50));
    CHECK(eventually([&] { return !finding(near, "hint drops tap trunk: vlan_unmapped").empty(); }));
    CHECK_THAT(finding(near, "hint drops tap trunk"), ContainsSubstring("untagged -> add a segment"));
    wire.host(0).ip("addr del 10.99.0.1/24 dev trunk");
    CHECK(well(near, "hint drops tap trunk"));
  }
  SECTION("the way to the remote leads into the bridge") {
    wire.host(0).ip("route add 192.0.2.2/32 dev br0");
    CHECK_THAT(finding(near, "error loop remote 192.0.2.2:4789"), ContainsSubstring("vx42 as a port"));
    wire.host(0).ip("route del 192.0.2.2/32 dev br0");
    CHECK(well(near, "error loop"));
  }
}

TEST_CASE("doctor: the peer listens on the other port") {
  Wire wire(2);
  add_kernel_vxlan(wire.host(1), {.self = 1, .port = 8472}, "remote 192.0.2.1");
  Vxtapd near(wire.host(0), segment_config({.self = 0}, unicast_to(1)));
  const auto line = finding(near, "error remote_port remote 192.0.2.2:4789");
  CHECK_THAT(line, ContainsSubstring("but on 8472") && ContainsSubstring("`port: 8472`"));
  near.rewrite(segment_config({.self = 0, .port = 8472}, unicast_to(1)));
  REQUIRE(near.ctl({"reload"}).exit_code == 0);
  CHECK(reaches(wire.host(0), overlay_address(1, Family::kIpv4)));
  CHECK(well(near, "error remote_port"));
}

TEST_CASE("doctor: faults of this host's interfaces and routes") {
  Pair pair;
  Host& near = pair.near();
  SECTION("underlay MTU below the TAP's") {
    near.ip("link set eth0 mtu 1400");
    const auto line =
        pair.check_found("warning tap_mtu tap vx42", [&] { near.ip("link set vx42 mtu 1350"); });
    CHECK_THAT(line, ContainsSubstring("ip link set vx42 mtu 1350") && ContainsSubstring("1500"));
  }
  SECTION("no route") {
    near.ip("addr del 192.0.2.1/24 dev eth0");
    near.ip("addr add 192.0.2.1/32 dev eth0");
    pair.check_found("error route remote 192.0.2.2:4789",
                     [&] { near.ip("route add 192.0.2.2/32 dev eth0"); });
  }
  SECTION("unreachable, prohibit and blackhole") {
    const std::string kind =
        GENERATE(std::string("unreachable"), std::string("prohibit"), std::string("blackhole"));
    near.ip("route add " + kind + " 192.0.2.2/32");
    const auto line = pair.check_found("error route remote 192.0.2.2:4789",
                                       [&] { near.ip("route del " + kind + " 192.0.2.2/32"); });
    CHECK_THAT(line, ContainsSubstring(kind));
  }
  SECTION("a route through our own TAP") {
    near.ip("route add 192.0.2.2/32 dev vx42");
    pair.check_found("error loop remote 192.0.2.2:4789", [&] { near.ip("route del 192.0.2.2/32 dev vx42"); });
  }
  SECTION("TAP down") {
    near.ip("link set vx42 down");
    const auto line = pair.check_found("error tap_state tap vx42", [&] { near.ip("link set vx42 up"); });
    CHECK_THAT(line, ContainsSubstring("-> ip link set vx42 up"));
  }
  SECTION("TAP gone") {
    near.ip("link del vx42");
    pair.check_found("error tap_state tap vx42", [&] {
      near.ip("tuntap add vx42 mode tap multi_queue");
      near.ip("link set vx42 up");
    });
  }
  SECTION("device down") {
    near.ip("link set eth0 down");
    const auto line = pair.check_found("error device device eth0", [&] { near.ip("link set eth0 up"); });
    CHECK_THAT(line, ContainsSubstring("ip link set eth0 up"));
  }
  SECTION("no carrier") {
    pair.tunnel.far().ip("link set eth0 down");
    pair.check_found("error device device eth0", [&] { pair.tunnel.far().ip("link set eth0 up"); });
  }
  SECTION("the local address is gone") {
    near.ip("addr del 192.0.2.1/24 dev eth0");
    pair.check_found("error local_address local 192.0.2.1",
                     [&] { near.ip("addr add 192.0.2.1/24 dev eth0"); });
  }
  SECTION("rp_filter is strict and the route leads elsewhere") {
    near.ip("link add d0 type veth peer name d1");
    near.ip("link set d1 up");
    near.ip("link set d0 up");
    near.ip("addr add 203.0.113.1/24 dev d0");
    near.sysctl("ipv4/conf/eth0/rp_filter", "1");
    near.ip("route add 192.0.2.2/32 via 203.0.113.9");
    const auto line = pair.check_found("warning rp_filter remote 192.0.2.2:4789",
                                       [&] { near.sysctl("ipv4/conf/eth0/rp_filter", "2"); });
    CHECK_THAT(line, ContainsSubstring("net.ipv4.conf.eth0.rp_filter=2"));
  }
}

TEST_CASE("doctor: faults on the way and at the other end") {
  Pair pair;
  SECTION("the peer stopped") {
    pair.tunnel.far_daemon.reset();
    const auto line = pair.check_found("error remote_port remote 192.0.2.2:4789", [&] {
      pair.tunnel.far_daemon.emplace(pair.tunnel.far(), segment_config({.self = 1}, unicast_to(0)));
    });
    CHECK_THAT(line, ContainsSubstring("start the VTEP"));
  }
  SECTION("this host's firewall") {
    std::optional<Firewall> firewall(std::in_place, pair.near(), "output", "udp dport 4789 drop");
    const auto line = pair.check_found("error remote_port remote 192.0.2.2:4789", [&] { firewall.reset(); });
    CHECK_THAT(line, ContainsSubstring("firewall"));
  }
  SECTION("large packets disappear") {
    std::optional<Firewall> firewall(std::in_place, pair.tunnel.far(), "input", "meta length > 1400 drop");
    const auto line = pair.check_found("warning path remote 192.0.2.2:4789", [&] { firewall.reset(); });
    CHECK_THAT(line, ContainsSubstring("vxtapctl path-mtu 192.0.2.2"));
  }
}

TEST_CASE("doctor: a remote that is never heard, though much is sent to it") {
  Wire wire(2);
  Vxtapd far(wire.host(1), segment_config({.self = 1}, unicast_to(0)));
  std::optional<Firewall> firewall(std::in_place, wire.host(1), "output", "udp dport 4789 drop");
  Vxtapd near(wire.host(0), segment_config({.self = 0}, unicast_to(1)));
  ping(wire.host(0), overlay_address(1, Family::kIpv4), 20, milliseconds(50));
  for (int i = 0; i < 20; ++i) wire.host(0).command({"ip", "neigh", "flush", "dev", "vx42"});
  CHECK(eventually([&] {
    ping(wire.host(0), overlay_address(1, Family::kIpv4), 4, milliseconds(50));
    return !finding(near, "hint silence remote 192.0.2.2:4789").empty();
  }));
  firewall.reset();
  CHECK(reaches(wire.host(0), overlay_address(1, Family::kIpv4)));
  CHECK(well(near, "hint silence"));
}

TEST_CASE("doctor: a remote that is not there") {
  Wire wire(2);
  Host& near = wire.host(0);
  SECTION("on the link") {
    Vxtapd daemon(near, segment_config({.self = 0}, unicast_to(2)));
    ping(near, overlay_address(2, Family::kIpv4), 3, milliseconds(50));
    CHECK_THAT(finding(daemon, "error neighbour remote 192.0.2.3:4789"),
               ContainsSubstring("nobody on eth0 has this address"));
    wire.host(1).ip("addr add 192.0.2.3/24 dev eth0");
    CHECK(well(daemon, "error neighbour"));
  }
  SECTION("behind a gateway that is not there") {
    near.ip("route add 198.51.100.0/24 via 192.0.2.9");
    Vxtapd daemon(near, segment_config({.self = 0}, "mode: unicast, remote: 198.51.100.7"));
    CHECK_THAT(finding(daemon, "error neighbour remote 198.51.100.7:4789"),
               ContainsSubstring("192.0.2.9, does not answer on eth0"));
    near.ip("route replace 198.51.100.0/24 via 192.0.2.2");
    CHECK(well(daemon, "error neighbour"));
  }
  SECTION("behind a gateway that swallows what is for it") {
    near.ip("route add 198.51.100.0/24 via 192.0.2.2");
    wire.host(1).sysctl("ipv4/ip_forward", "0");
    Vxtapd daemon(near, segment_config({.self = 0}, "mode: unicast, remote: 198.51.100.7"));
    ping(near, overlay_address(1, Family::kIpv4), 3, milliseconds(50));
    CHECK_THAT(finding(daemon, "hint silence remote 198.51.100.7:4789"),
               ContainsSubstring("nor does it answer pings -> is the address right"));
  }
}

TEST_CASE("doctor: a tunnel that falls silent, and one that is idle") {
  Pair pair;
  CHECK(ping(pair.near(), overlay_address(1, Family::kIpv4), 40).received == 40);
  std::this_thread::sleep_for(seconds(6));  // idle
  CHECK(findings(pair.daemon()) == Findings{});
  CHECK(ping(pair.near(), overlay_address(1, Family::kIpv4), 40).received == 40);
  std::this_thread::sleep_for(seconds(3));  // until that was noted
  std::optional<Firewall> firewall(std::in_place, pair.near(), "input", "udp dport 4789 drop");
  ping(pair.near(), overlay_address(1, Family::kIpv4), 40, milliseconds(50));
  const auto line = pair.check_found("hint silence vni 42 blue: last heard ", [&] {
    firewall.reset();
    CHECK(reaches(pair.near(), overlay_address(1, Family::kIpv4)));
  });
  CHECK_THAT(line, ContainsSubstring("nft list ruleset"));
  CHECK(findings(pair.daemon()) == Findings{});
}

TEST_CASE("doctor: a group that nobody else is heard in") {
  Wire wire(2);
  const auto config = [](std::size_t self) {
    return segment_config({.self = self}, "mode: multicast-group, group: 239.1.1.1", "", "device: eth0");
  };
  Vxtapd near(wire.host(0), config(0));
  ping(wire.host(0), overlay_address(1, Family::kIpv4), 3, milliseconds(50));
  std::string line;
  CHECK(eventually([&] {
    ping(wire.host(0), overlay_address(1, Family::kIpv4), 2, milliseconds(50));
    return !(line = finding(near, "hint silence group 239.1.1.1:4789")).empty();
  }));
  CHECK_THAT(line, ContainsSubstring("by eth0") && ContainsSubstring("querier"));
  Vxtapd far(wire.host(1), config(1));
  CHECK(reaches(wire.host(0), overlay_address(1, Family::kIpv4)));
  CHECK(well(near, "hint silence"));
}

TEST_CASE("doctor: drops that were asked for") {
  Wire wire(2);
  SECTION("an unknown destination") {
    Vxtapd near(wire.host(0), segment_config({.self = 0}, unicast_to(1), "fdb: {unknown_unicast: drop}"));
    wire.host(0).ip("neigh add 10.42.0.9 lladdr " + std::string(kStation) + " dev vx42");
    ping(wire.host(0), "10.42.0.9", 3, milliseconds(50));
    CHECK(eventually([&] { return !finding(near, "hint drops vni 42 blue: unknown_unicast").empty(); }));
  }
  SECTION("more than storm_control lets pass") {
    Vxtapd near(wire.host(0), segment_config({.self = 0}, unicast_to(1), "storm_control: {broadcast: 1}"));
    for (int i = 3; i < 20; ++i) ping(wire.host(0), "10.42.0." + std::to_string(i), 1, milliseconds(10));
    CHECK(eventually([&] { return !finding(near, "hint drops vni 42 blue: storm_control").empty(); }));
  }
  SECTION("more addresses than fdb.limit") {
    Vxtapd near(wire.host(0), segment_config({.self = 0}, unicast_to(1), "fdb: {limit: 1}"));
    for (int i = 1; i < 4; ++i)
      send_underlying(wire, {}, vxlan(42, test_frame("02:99:00:00:00:0" + std::to_string(i), kBroadcast)));
    std::string line;
    CHECK(eventually([&] { return !(line = finding(near, "hint fdb_limit vni 42 blue")).empty(); }));
    CHECK_THAT(line, ContainsSubstring("(limit 1)"));
  }
}

TEST_CASE("doctor: answers that come in where rp_filter is strict") {
  Wire wire(2);
  Host& near = wire.host(0);
  Host& far = wire.host(1);
  connect(near, "back", far, "out");
  near.ip("addr add 198.51.100.1/24 dev back");
  far.ip("addr add 198.51.100.2/24 dev out");
  far.ip("route add 192.0.2.1/32 via 198.51.100.1");
  // Its ARP request would name 192.0.2.2 and be filtered itself, uncounted: a router's would not.
  far.ip("neigh add 198.51.100.1 lladdr " + near.interface_mac("back") + " dev out");
  for (Host* host : {&near, &far})
    for (const auto* device : {"all", "eth0"})
      host->sysctl("ipv4/conf/" + std::string(device) + "/rp_filter", "0");
  near.sysctl("ipv4/conf/back/rp_filter", "1");
  Vxtapd daemon(near, segment_config({.self = 0}, unicast_to(1)));
  Vxtapd far_daemon(far, segment_config({.self = 1}, unicast_to(0)));
  ping(near, overlay_address(1, Family::kIpv4), 3, milliseconds(50));
  std::string line;
  CHECK(eventually([&] { return !(line = finding(daemon, "warning rp_filter device back")).empty(); }));
  CHECK_THAT(line, ContainsSubstring("sysctl -w net.ipv4.conf.back.rp_filter=2"));
  near.sysctl("ipv4/conf/back/rp_filter", "2");
  CHECK(reaches(near, overlay_address(1, Family::kIpv4)));
  CHECK(well(daemon, "warning rp_filter"));
}

TEST_CASE("doctor: what the counters tell, and no more once it has ended") {
  struct Fault {
    std::string beginning;
    std::size_t from;
    vxtap::lab::Bytes payload;
    std::string sender = {};
  };
  const auto frame = test_frame(kStation, kBroadcast);
  const auto fault = GENERATE_REF(
      Fault{"warning drops no segment: vni_unknown", 1, vxlan(43, frame),
            "; the latest from 192.0.2.2 with VNI 43"},
      Fault{"warning drops no segment: vni_flag_missing", 1, vxlan(42, frame, 0)},
      Fault{"warning drops vni 42 blue: source_not_accepted", 2, vxlan(42, frame),
            "; the latest from 192.0.2.3"},
      Fault{"warning drops vni 42 blue: reserved_bits", 1, vxlan(42, frame, 0x08000000, 1)},
      Fault{"error duplicate_mac vni 42 blue", 1, vxlan(42, test_frame(overlay_mac(0), kBroadcast))});
  CAPTURE(fault.beginning);
  Wire wire(3);
  Vxtapd near(wire.host(0), segment_config({.self = 0}, unicast_to(1)));
  Vxtapd far(wire.host(1), segment_config({.self = 1}, unicast_to(0)));
  REQUIRE(reaches(wire.host(0), overlay_address(1, Family::kIpv4)));
  CHECK(finding(near, fault.beginning).empty());
  for (int i = 0; i < 3; ++i) send_underlying(wire, {.from = fault.from}, fault.payload);
  CHECK(eventually([&] { return !finding(near, fault.beginning).empty(); }));
  CHECK_THAT(finding(near, fault.beginning), ContainsSubstring(fault.sender));
  CHECK(finding(near, fault.beginning) != "");  // whoever asks again at once is told again
  CHECK(well(near, fault.beginning));
}

TEST_CASE("doctor: a MAC that two remotes claim") {
  Wire wire(3);
  const std::string both = "mode: static-flood, remotes: [192.0.2.2, 192.0.2.3]";
  Vxtapd near(wire.host(0), segment_config({.self = 0}, both));
  for (int i = 0; i < 16; ++i) {
    send_underlying(wire, {.from = i % 2 == 0 ? 1U : 2U}, vxlan(42, test_frame(kStation, kBroadcast)));
    CHECK(eventually([&] { return near.stat(42, {"rx", "packets"}) > i; }));
  }
  CHECK(eventually(
      [&] { return !finding(near, std::string("warning duplicate_mac mac ") + kStation).empty(); }));
}

TEST_CASE("doctor: a kernel vxlan device with the same VNI") {
  Pair pair;
  pair.near().ip("link add kvx type vxlan id 42 dstport 4790 local 192.0.2.1 remote 192.0.2.2");
  const auto line =
      pair.check_found("warning kernel_vxlan kernel vxlan kvx", [&] { pair.near().ip("link del kvx"); });
  CHECK_THAT(line, ContainsSubstring("-> ip link del kvx"));
}
