#include "config/expansion.hpp"

#include "config/config.hpp"
#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {
namespace {

LoadResult expand(const std::string& segments) {
  auto result = load_text(kHead + segments, "f");
  for (const auto& diagnostic : result.diagnostics) UNSCOPED_INFO(to_string(diagnostic));
  return result;
}

/// Every VID of TAP tN, and as many VNIs from `first` on.
std::string full_trunk(int n, int first) {
  const std::string vnis = std::to_string(first) + "-" + std::to_string(first + 4093);
  return "  - {vni: " + vnis + ", vlan: 1-4094, tap: t" + std::to_string(n) +
         ", peers: {mode: unicast, remote: 192.0.2.2}}\n";
}

}  // namespace

TEST_CASE("expansion: a range is a segment for each VNI with its VID") {
  const auto result = expand(
      "  - {vni: 10000-10002, vlan: \"10-12\", name: blue, tap: {name: t0, mtu: 1400}, storm_control: "
      "{multicast: 5},\n"
      "     peers: {mode: unicast, remote: 192.0.2.2}, neighbour_suppression: true, fdb: {ageing: 1s, "
      "static: []}}\n"
      "  - {vni: 20-21, vlan: 4093-4094, tap: t0, peers: {mode: unicast, remote: 192.0.2.3}}\n"
      "  - {vni: 7, tap: t0, peers: {mode: unicast, remote: 192.0.2.4}}\n");
  REQUIRE(result.config.has_value());
  CHECK(result.diagnostics.empty());
  struct Expected {
    std::uint32_t vni;
    std::optional<std::uint16_t> vlan;
    std::string name;
    std::string remote;
  };
  const std::vector<Expected> expected = {
      {10000, 10, "blue-10000", "192.0.2.2"}, {10001, 11, "blue-10001", "192.0.2.2"},
      {10002, 12, "blue-10002", "192.0.2.2"}, {20, 4093, "vni-20", "192.0.2.3"},
      {21, 4094, "vni-21", "192.0.2.3"},      {7, std::nullopt, "vni-7", "192.0.2.4"},
  };
  const auto& segments = result.config->segments;
  REQUIRE(segments.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(segments[i].vni.value() == expected[i].vni);
    CHECK(segments[i].vlan == expected[i].vlan);
    CHECK(segments[i].name == expected[i].name);
    CHECK(segments[i].tap.name == "t0");
    CHECK(segments[i].peers.remotes.at(0).address == VtepAddress::parse(expected[i].remote));
  }
  CHECK(segments[2].storm_control.multicast == 5U);
  CHECK(segments[2].neighbour_suppression);
  CHECK(segments[2].fdb.ageing == std::chrono::seconds(1));
  CHECK(segments[2].position.line == 3);
}

TEST_CASE("expansion: a range of one is a single segment") {
  const auto result = expand(
      "  - {vni: 5-5, vlan: 7, name: blue, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n"
      "  - {vni: 6-6, tap: t1, peers: {mode: unicast, remote: 192.0.2.2}}\n");
  REQUIRE(result.config.has_value());
  REQUIRE(result.config->segments.size() == 2);
  CHECK(result.config->segments[0].name == "blue");
  CHECK(result.config->segments[0].vlan == std::uint16_t{7});
  CHECK_FALSE(result.config->segments[1].vlan.has_value());
}

TEST_CASE("expansion: one line is a whole trunk") {
  const auto result = expand(full_trunk(0, 16773122));
  REQUIRE(result.config.has_value());
  REQUIRE(result.config->segments.size() == 4094);
  CHECK(result.config->segments.back().vni.value() == Vni::kMax);
  CHECK(result.config->segments.back().vlan == std::uint16_t{4094});
}

TEST_CASE("expansion: a file holds 65535 segments, expanded") {
  std::string file;
  for (int n = 0; n < 16; ++n) file += full_trunk(n, n * 4094);  // 65504
  const std::string peers = ", peers: {mode: unicast, remote: 192.0.2.2}}\n";
  const auto full = expand(file + "  - {vni: 100000-100030, vlan: 1-31, tap: t16" + peers);
  REQUIRE(full.config.has_value());
  CHECK(full.config->segments.size() == 65535);

  const auto over = expand(file + "  - {vni: 100000-100031, vlan: 1-32, tap: t16" + peers);
  CHECK_FALSE(over.config.has_value());
  REQUIRE(over.diagnostics.size() == 1);
  CHECK(to_string(over.diagnostics[0]) ==
        "f:19:5: segment brings the file above 65535 segments, ranges counted in full; a daemon carries no "
        "more");
}

}  // namespace vxtap::config
