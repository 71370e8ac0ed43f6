#include "config/config.hpp"
#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {
namespace {

/// The underlay of the one segment below an `underlay:` with `keys`, of IPv6 so that every key may stand
/// there.
Underlay load_underlay(const std::string& keys) {
  INFO(keys);
  const auto result = load_text("underlay: {local: '2001:db8::1', " + keys +
                                    "}\nsegments:\n"
                                    "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: '2001:db8::2'}}\n",
                                "f");
  for (const auto& diagnostic : result.diagnostics) UNSCOPED_INFO(to_string(diagnostic));
  REQUIRE(result.config.has_value());
  return result.config->segments.at(0).underlay;
}

}  // namespace

TEST_CASE("config: ttl, tos and df of the outer header") {
  using Ttl = OuterPolicy::Ttl;
  using Tos = OuterPolicy::Tos;
  using Df = OuterPolicy::Df;
  struct Case {
    std::string keys;
    OuterPolicy expected;
  };
  const std::vector<Case> cases = {
      {"ttl: auto", {}},
      {"ttl: inherit", {.ttl = Ttl::kInherit}},
      {"ttl: 1", {.ttl = Ttl::kFixed, .ttl_value = 1}},
      {"ttl: 255", {.ttl = Ttl::kFixed, .ttl_value = 255}},
      {"tos: 0", {}},
      {"tos: 184", {.tos = Tos::kFixed, .tos_value = 0xB8}},
      {"tos: 0xB8", {.tos = Tos::kFixed, .tos_value = 0xB8}},
      {"tos: 252", {.tos = Tos::kFixed, .tos_value = 0xFC}},
      {"tos: inherit", {.tos = Tos::kInherit}},
      {"df: unset", {}},
      {"df: set", {.df = Df::kSet}},
      {"df: inherit", {.df = Df::kInherit}},
  };
  for (const Case& row : cases) {
    INFO(row.keys);
    CHECK(load_underlay(row.keys).outer == row.expected);
  }
}

TEST_CASE("config: the ECN bits of tos are not the file's to set") {
  const auto result = load_text("underlay: {local: 192.0.2.1, tos: 185}\n" + kSegment, "f");
  REQUIRE(result.config.has_value());
  CHECK(result.config->segments.at(0).underlay.outer.tos_value == 184);
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(to_string(result.diagnostics[0]) ==
        "f:1:35: warning: underlay.tos 185 sets bits of ECN, which is carried from the inner packet "
        "instead; write 184");
}

TEST_CASE("config: flow_label") {
  CHECK_FALSE(load_underlay("flow_label: auto").flow_label.has_value());
  CHECK(load_underlay("flow_label: 0").flow_label == 0U);
  CHECK(load_underlay("flow_label: 1048575").flow_label == 1048575U);
}

TEST_CASE("config: reserved_bits is what is tolerated") {
  CHECK(load_underlay("reserved_bits: strict").tolerated_bits == 0);
  CHECK(load_underlay("reserved_bits: ignore").tolerated_bits == 0xF7FF'FFFF'0000'00FF);
  CHECK(load_underlay("reserved_bits: 0x8000000000000000").tolerated_bits == 0x8000'0000'0000'0000);
  CHECK(load_underlay("reserved_bits: '0xfF'").tolerated_bits == 0xFF);
}

TEST_CASE("config: a segment takes back what it inherits of the outer header") {
  const auto result = load_text(
      "underlay: {local: '2001:db8::1', ttl: 9, tos: 184, df: set, flow_label: 5, reserved_bits: ignore}\n"
      "segments:\n"
      "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: '2001:db8::2'}}\n"
      "  - {vni: 2, tap: t1, peers: {mode: unicast, remote: 192.0.2.2},\n"
      "     underlay: {local: 192.0.2.1, ttl: auto, tos: inherit, df: unset, flow_label: auto,\n"
      "                reserved_bits: strict}}\n",
      "f");
  REQUIRE(result.config.has_value());
  CHECK(result.diagnostics.empty());
  const Underlay& inherited = result.config->segments.at(0).underlay;
  CHECK(inherited.outer.ttl_value == 9);
  CHECK(inherited.outer.tos_value == 184);
  CHECK(inherited.flow_label == 5U);
  const Underlay& own = result.config->segments.at(1).underlay;
  CHECK(own.outer == OuterPolicy{.tos = OuterPolicy::Tos::kInherit});
  CHECK_FALSE(own.flow_label.has_value());
  CHECK(own.tolerated_bits == 0);
}

TEST_CASE("config: the segment's own additions") {
  const auto result = load_text(
      kHead +
          "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, vlan: 4094, multicast_snooping: "
          "true,\n"
          "     fdb: {learn_port: true}, storm_control: {broadcast: 1, unknown_unicast: 4294967295},\n"
          "     neighbour_suppression: true, neighbours: [{ip: 10.0.0.2, mac: '02:00:00:00:01:02'},\n"
          "       {mac: '02:00:00:00:01:02', ip: 'fe80::2'}]}\n"
          "  - {vni: 2, tap: t0, storm_control:, peers: {mode: unicast, remote: 192.0.2.2}}\n",
      "f");
  for (const auto& diagnostic : result.diagnostics) UNSCOPED_INFO(to_string(diagnostic));
  REQUIRE(result.config.has_value());
  CHECK(result.diagnostics.empty());
  const Segment& segment = result.config->segments.at(0);
  CHECK(segment.vlan == std::uint16_t{4094});
  CHECK(segment.multicast_snooping);
  CHECK(segment.fdb.learn_port);
  CHECK(segment.storm_control ==
        StormControl{.broadcast = 1, .multicast = {}, .unknown_unicast = 4294967295});
  CHECK(segment.neighbour_suppression);
  const MacAddress mac({2, 0, 0, 0, 1, 2});
  CHECK(segment.neighbours == std::vector<Neighbour>{{VtepAddress::parse("10.0.0.2").value(), mac},
                                                     {VtepAddress::parse("fe80::2").value(), mac}});
  CHECK(result.config->segments.at(1).storm_control == StormControl{});
}

}  // namespace vxtap::config
