#include <chrono>

#include "config/config.hpp"
#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {
namespace {

using namespace std::chrono_literals;

Config config_of(const std::string& yaml) {
  auto result = load_text(yaml, "file.yaml");
  for (const auto& diagnostic : result.diagnostics) UNSCOPED_INFO(to_string(diagnostic));
  REQUIRE(result.config.has_value());
  return *std::move(result.config);
}

Segment load_segment(const std::string& yaml) {
  return config_of(yaml).segments.at(0);
}

VtepAddress address(std::string_view text) {
  return VtepAddress::parse(text).value();
}

}  // namespace

TEST_CASE("config: what is left out has its default") {
  const Config config = config_of(kValid);
  CHECK(config.log_level == LogLevel::kInfo);
  CHECK(config.control.socket == "/run/vxtapd/control.sock");
  CHECK(config.control.group.empty());
  CHECK_FALSE(config.workers.has_value());
  REQUIRE(config.segments.size() == 1);

  const Segment& segment = config.segments[0];
  CHECK(segment.name == "vni-1");
  CHECK(segment.position.line == 3);
  CHECK(segment.position.column == 5);
  CHECK(segment.underlay.local == address("192.0.2.1"));
  CHECK(segment.underlay.scope.empty());
  CHECK(segment.underlay.device.empty());
  CHECK(segment.underlay.port == 4789);
  CHECK(segment.underlay.source_port == PortRange{49152, 65535});
  CHECK(segment.underlay.udp_checksum);
  CHECK(segment.underlay.accept.kind == Accept::Kind::kPeers);
  CHECK(segment.tap == [] {
    Tap tap;
    tap.name = "t0";
    return tap;
  }());
  CHECK(segment.tap.up);
  CHECK(segment.tap.offload);
  CHECK_FALSE(segment.tap.persist);
  CHECK(segment.peers.mode == PeerMode::kUnicast);
  CHECK(segment.peers.remotes == std::vector<Remote>{{address("192.0.2.2"), 4789}});
  CHECK(segment.fdb.learning);
  CHECK(segment.fdb.ageing == 300s);
  CHECK(segment.fdb.limit == 65536);
  CHECK(segment.fdb.unknown_unicast == UnknownUnicast::kFlood);
  CHECK(segment.fdb.static_entries.empty());

  CHECK(segment.underlay.outer == OuterPolicy{});
  CHECK_FALSE(segment.underlay.flow_label.has_value());
  CHECK(segment.underlay.tolerated_bits == 0);
  CHECK_FALSE(segment.fdb.learn_port);
  CHECK_FALSE(segment.vlan.has_value());
  CHECK(segment.storm_control == StormControl{});
  CHECK_FALSE(segment.neighbour_suppression);
  CHECK(segment.neighbours.empty());
  CHECK_FALSE(segment.multicast_snooping);
}

TEST_CASE("config: metrics.listen as an address of either family, or not at all") {
  const auto listen = [](const std::string& metrics) {
    return config_of("metrics: " + metrics + "\n" + kValid).metrics.listen;
  };
  CHECK(listen("") == std::nullopt);
  CHECK(listen("{}") == std::nullopt);
  CHECK(listen("{listen: '[::1]:9478'}") == Listen{*VtepAddress::parse("::1"), "", 9478});
  CHECK(listen("{listen: 0.0.0.0:80}") == Listen{*VtepAddress::parse("0.0.0.0"), "", 80});
  CHECK(listen("{listen: '[fe80::1%eth0]:1'}") == Listen{*VtepAddress::parse("fe80::1"), "eth0", 1});
}

TEST_CASE("config: every supported key is read") {
  const Config config = config_of(R"(
log: {level: debug}
control: {socket: /tmp/vx.sock, group: ops}
metrics: {listen: 127.0.0.1:9478}
workers: 3
busy_poll: 50us
underlay: {local: 192.0.2.1, device: eth0, port: 8472, source_port: 5000-6000, ttl: auto, tos: 0, df: unset,
           udp_checksum: off, accept: [192.0.2.0/24, 198.51.100.7], reserved_bits: strict}
segments:
  - vni: 16777215
    name: blue
    neighbour_suppression: false
    tap: {name: vx42, mtu: 1400, mac: 02-00-00-00-00-01, addresses: [10.0.0.1/24, "fd00::1"], master: br0, up: no,
          queues: 2, owner: 1000, persist: yes, offload: off}
    peers: {mode: static-flood, remotes: [192.0.2.2, "192.0.2.3:4789"]}
    fdb: {learning: false, ageing: 5m, limit: 2, learn_port: false, unknown_unicast: drop,
          static: [{mac: 02:00:00:00:00:09, remote: 192.0.2.9}]}
)");
  CHECK(config.log_level == LogLevel::kDebug);
  CHECK(config.control.socket == "/tmp/vx.sock");
  CHECK(config.control.group == "ops");
  CHECK(config.metrics.listen == Listen{*VtepAddress::parse("127.0.0.1"), "", 9478});
  CHECK(config.workers == 3U);
  CHECK(config.busy_poll == std::chrono::microseconds(50));

  const Segment& segment = config.segments.at(0);
  CHECK(segment.vni.value() == 16777215);
  CHECK(segment.name == "blue");
  CHECK(segment.underlay.device == "eth0");
  CHECK(segment.underlay.port == 8472);
  CHECK(segment.underlay.source_port == PortRange{5000, 6000});
  CHECK_FALSE(segment.underlay.udp_checksum);
  CHECK(segment.underlay.accept ==
        Accept{Accept::Kind::kPrefixes, {{address("192.0.2.0"), 24}, {address("198.51.100.7"), 32}}});
  CHECK(segment.tap.name == "vx42");
  CHECK(segment.tap.mtu == 1400U);
  CHECK(segment.tap.mac == MacAddress({2, 0, 0, 0, 0, 1}));
  CHECK(segment.tap.addresses ==
        std::vector<InterfaceAddress>{{address("10.0.0.1"), 24}, {address("fd00::1"), 128}});
  CHECK(segment.tap.master == "br0");
  CHECK_FALSE(segment.tap.up);
  CHECK(segment.tap.queues == 2U);
  CHECK(segment.tap.owner == "1000");
  CHECK(segment.tap.persist);
  CHECK_FALSE(segment.tap.offload);
  CHECK(segment.peers.mode == PeerMode::kStaticFlood);
  CHECK(segment.peers.remotes ==
        std::vector<Remote>{{address("192.0.2.2"), 8472}, {address("192.0.2.3"), 4789}});
  CHECK_FALSE(segment.fdb.learning);
  CHECK(segment.fdb.ageing == 5min);
  CHECK(segment.fdb.limit == 2);
  CHECK(segment.fdb.unknown_unicast == UnknownUnicast::kDrop);
  REQUIRE(segment.fdb.static_entries.size() == 1);
  CHECK(segment.fdb.static_entries[0].mac == MacAddress({2, 0, 0, 0, 0, 9}));
  CHECK(segment.fdb.static_entries[0].remote == Remote{address("192.0.2.9"), 8472});
  CHECK(segment.fdb.static_entries[0].position.line == 17);
}

TEST_CASE("config: a segment overrides the file's underlay key by key, wherever it stands") {
  const Config config = config_of(R"(
segments:
  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, underlay: {port: 8472, accept: any}}
  - {vni: 1, tap: t1, peers: {mode: unicast, remote: "2001:db8::2"},
     underlay: {local: "2001:db8::1", accept: ["2001:db8::/32"]}}
  - {vni: 2, tap: t2, peers: {mode: unicast, remote: 192.0.2.2}}
underlay: {local: 192.0.2.1, port: 1000, udp_checksum: false}
)");
  REQUIRE(config.segments.size() == 3);
  CHECK(config.segments[0].underlay.local == address("192.0.2.1"));
  CHECK(config.segments[0].underlay.port == 8472);
  CHECK(config.segments[0].underlay.accept.kind == Accept::Kind::kAny);
  CHECK_FALSE(config.segments[0].underlay.udp_checksum);
  CHECK(config.segments[0].peers.remotes.at(0).port == 8472);
  CHECK(config.segments[1].underlay.local == address("2001:db8::1"));
  CHECK(config.segments[1].underlay.port == 1000);
  CHECK(config.segments[2].underlay.accept.kind == Accept::Kind::kPeers);
  CHECK(config.segments[2].peers.remotes.at(0).port == 1000);
}

TEST_CASE("config: durations") {
  const std::vector<std::pair<std::string, std::chrono::milliseconds>> cases = {
      {"500ms", 500ms}, {"30s", 30s}, {"5m", 5min}, {"1h", 1h}, {"0", 0ms}, {"0s", 0ms}, {"8760h", 8760h}};
  for (const auto& [text, expected] : cases) {
    const std::string yaml =
        kHead + "  - {vni: 1, tap: t0, peers: {mode: static-flood, remotes: []}, fdb: {ageing: ";
    CHECK(load_segment(yaml + text + "}}\n").fdb.ageing == expected);
  }
}

TEST_CASE("config: forms of a remote") {
  const std::vector<std::pair<std::string, Remote>> cases = {
      {"'2001:db8::2'", {address("2001:db8::2"), 4789}},
      {"'[2001:db8::2]'", {address("2001:db8::2"), 4789}},
      {"'[2001:db8::2]:8472'", {address("2001:db8::2"), 8472}},
      {"'fe80::2'", {address("fe80::2"), 4789}},
      {"'fe80::2%eth0'", {address("fe80::2"), 4789}},
      {"'[fe80::2%eth0]:8472'", {address("fe80::2"), 8472}},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    const auto segment =
        load_segment("underlay: {local: 'fe80::1%eth0'}\nsegments:\n" +
                     ("  - {vni: 1, tap: t0, peers: {mode: unicast, remote: " + text + "}}\n"));
    CHECK(segment.peers.remotes == std::vector<Remote>{expected});
    CHECK(segment.underlay.scope == "eth0");
  }
}

TEST_CASE("config: the sockets are bound to a required device") {
  const auto result = load_text(
      "underlay: {local: 'fe80::1', require_device: wg0}\nsegments:\n"
      "  - {vni: 1, tap: t1, peers: {mode: unicast, remote: 'fe80::2'}}\n"
      "  - {vni: 2, tap: t2, peers: {mode: unicast, remote: 'fe80::2'}, underlay: {require_device: wg1}}\n"
      "  - {vni: 3, tap: t3, peers: {mode: unicast, remote: 'fe80::2'}, underlay: {device: wg0}}\n",
      "f");
  REQUIRE(result.config);
  CHECK(result.config->segments.at(0).underlay.device == "wg0");
  CHECK(result.config->segments.at(0).underlay.scope == "wg0");
  CHECK(result.config->segments.at(1).underlay.device == "wg1");
  CHECK(result.config->segments.at(2).underlay.device == "wg0");
}

TEST_CASE("config: a link-local address takes its scope from the device") {
  const auto segment = load_segment(
      "underlay: {local: 'fe80::1', device: eth1}\nsegments:\n"
      "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 'fe80::2'}}\n");
  CHECK(segment.underlay.scope == "eth1");
}

TEST_CASE("config: one VNI may be used again on another endpoint") {
  const std::string peers = "peers: {mode: static-flood, remotes: []}";
  const Config config =
      config_of(kHead + "  - {vni: 1, name: a, tap: t0, " + peers + "}\n" +
                "  - {vni: 1, name: b, tap: t1, underlay: {port: 8472}, " + peers + "}\n" +
                "  - {vni: 1, name: c, tap: t2, underlay: {local: 192.0.2.9}, " + peers + "}\n" +
                "  - {vni: 2, name: d, tap: t3, underlay: {device: vrf-a}, " + peers + "}\n" +
                "  - {vni: 2, name: e, tap: t4, underlay: {device: vrf-b}, " + peers + "}\n");
  CHECK(config.segments.size() == 5);
}

TEST_CASE("config: segments of one VNI need no names of their own") {
  const Config config = config_of(
      kValid + "  - {vni: 1, tap: t1, underlay: {port: 8472}, peers: {mode: unicast, remote: 192.0.2.2}}\n");
  CHECK(config.segments.at(0).name == config.segments.at(1).name);
}

TEST_CASE("config: aliases stand for what they name") {
  const Config config =
      config_of(kHead + "  - {vni: 1, tap: t0, peers: &two {mode: unicast, remote: 192.0.2.2}}\n" +
                "  - {vni: 2, tap: t1, peers: *two}\n");
  CHECK(config.segments.at(0).peers == config.segments.at(1).peers);
}

TEST_CASE("config: all errors are reported at once and in the order of the file") {
  check_refusals(
      {{"errors of every kind",
        "segments:\n"
        "  - vni: 16777216\n"
        "    tap: a-name-of-seventeen\n"
        "    peers: {mode: unicast, remote: 239.1.1.1}\n"
        "  - vni: 2\n"
        "    tap: t1\n"
        "    peers: {mode: multicast-group, group: 192.0.2.3}\n"
        "    fdb: {ageing: 300, ageing: 1s}\n"
        "underlay:\n"
        "  local: 192.0.2.1\n"
        "  prot: 4789\n"
        "workers: many\n",
        {
            // NOLINTNEXTLINE(bugprone-suspicious-missing-comma): some messages are of two lines
            "2:10: vni '16777216' is out of range; write a number from 0 to 16777215, or a range such as "
            "10000-10099",
            "3:10: tap 'a-name-of-seventeen' is 19 bytes long; interface names have at most 15",
            "4:36: peers.remote '239.1.1.1' is a multicast group; write a host's address, or use mode "
            "multicast-group",
            "7:43: peers.group '192.0.2.3' is no multicast group; write one such as 239.1.1.1 or "
            "ff0e::1, or use mode unicast",
            "7:43: warning: peers.group accepts packets of every source on its underlay; list the "
            "peers' prefixes in underlay.accept to narrow it",
            "7:43: peers.group has no interface to join on; set underlay.device",
            "8:19: fdb.ageing '300' has no unit; write 300s for seconds, or use us, ms, m or h",
            "8:24: duplicate key 'ageing', first given at line 8; remove one of them",
            "11:3: unknown key 'prot'; did you mean 'port'?",
            "12:10: workers 'many' is no decimal number; write auto or a number from 1 to 64",
        }}});
}

TEST_CASE("config: a group that any source may send to is a warning") {
  const std::string segments =
      "segments:\n  - {vni: 1, tap: t0, peers: {mode: multicast-group, group: 239.1.1.1}}\n";
  const auto open = load_text("underlay: {local: 192.0.2.1, device: eth0}\n" + segments, "f");
  REQUIRE(open.config.has_value());
  REQUIRE(open.diagnostics.size() == 1);
  CHECK(to_string(open.diagnostics[0]) ==
        "f:3:61: warning: peers.group accepts packets of every source on its underlay; list the peers' "
        "prefixes in "
        "underlay.accept to narrow it");
  const auto narrow =
      load_text("underlay: {local: 192.0.2.1, device: eth0, accept: [192.0.2.0/24]}\n" + segments, "f");
  CHECK(narrow.config.has_value());
  CHECK(narrow.diagnostics.empty());
}

TEST_CASE("config: one address and port with a device and without is a warning: only a VRF may be so") {
  const auto warnings = [](const std::string& first, const std::string& second) {
    const auto segment = [](int vni, const std::string& more) {
      const auto number = std::to_string(vni);
      return "  - {vni: " + number + ", tap: t" + number + more +
             ", peers: {mode: unicast, remote: 192.0.2.2}}\n";
    };
    const auto loaded = load_text(
        kHead + segment(1, first) + segment(2, second) + segment(3, first) + segment(4, second), "f");
    REQUIRE(loaded.config.has_value());
    std::vector<std::string> texts;
    for (const auto& one : loaded.diagnostics) texts.push_back(to_string(one));
    return texts;
  };
  const std::string bound = ", underlay: {device: e0}", other = ", underlay: {device: e1}";
  const std::string end =
      ": vxtapd does not start with that unless 'e0' is a VRF, as one of them would hear nothing; give both "
      "a "
      "`device`, or use another port or local address";
  CHECK(
      warnings("", bound) ==
      std::vector{"f:4:11: warning: 192.0.2.1:4789 is bound to 'e0' here, and to no device by line 3" + end});
  CHECK(warnings(bound, "") ==
        std::vector{
            "f:4:11: warning: 192.0.2.1:4789 is bound to no device here, and bound to 'e0' by line 3" + end});
  CHECK(warnings(bound, other).empty());
  CHECK(warnings("", ", underlay: {device: e0, port: 8472}").empty());
}

}  // namespace vxtap::config
