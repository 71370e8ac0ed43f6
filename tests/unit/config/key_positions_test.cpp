// Where a segment's keys stand in the file.
#include "config/config.hpp"
#include "support/catch.hpp"

using namespace vxtap::config;

namespace {

constexpr auto kFile = R"(underlay:
  local: 192.0.2.1
  port: 8472
segments:
  - vni: 42
    tap: {name: t0, mtu: 1400}
    underlay:
      port: 4789
    peers:
      mode: static-flood
      remotes:
        - 192.0.2.2
        - 192.0.2.3
    fdb:
      unknown_unicast: drop
      static:
        - {mac: "02:00:00:00:00:01", remote: 192.0.2.2}
    neighbour_suppression: true
    neighbours:
      - {ip: 10.0.0.1, mac: "02:00:00:00:00:01"}
  - vni: 43
    tap: t1
    peers: {mode: unicast, remote: 192.0.2.2}
)";

std::vector<Segment> segments_of(const std::string& text) {
  auto result = load_text(text, "f.yaml");
  REQUIRE(result.config);
  return std::move(result.config->segments);
}

}  // namespace

TEST_CASE("key positions: a segment's own, and those of the file's underlay") {
  const auto segments = segments_of(kFile);
  const auto& first = segments.at(0).where;
  CHECK(first.of("vni").line == 5);
  CHECK(first.of("tap").line == 6);
  CHECK(first.of("tap.mtu").line == 6);
  CHECK(first.of("tap.mtu").column == 21);
  CHECK(first.of("underlay.port").line == 8);
  CHECK(first.of("underlay.local").line == 2);
  CHECK(first.of("underlay.accept").line == 0);
  CHECK(first.of("peers").line == 9);
  CHECK(first.of("peers.remotes").line == 11);
  CHECK(first.of("fdb.unknown_unicast").line == 15);
  CHECK(first.of("fdb.learning").line == 0);
  CHECK(first.of("fdb.static").line == 16);
  CHECK(first.of("storm_control.broadcast").line == 0);
  CHECK(first.of("no.such").line == 0);

  const auto& second = segments.at(1).where;
  CHECK(second.of("vni").line == 21);
  CHECK(second.of("underlay.port").line == 3);
  CHECK(second.of("fdb.unknown_unicast").line == 0);
  CHECK(KeyPositions().of("vni").line == 0);
}

TEST_CASE("key positions: of remotes, static entries and neighbours") {
  const auto segment = segments_of(kFile).at(0);
  REQUIRE(segment.peers.positions.size() == 2);
  CHECK(segment.peers.positions[0].line == 12);
  CHECK(segment.peers.positions[1].line == 13);
  CHECK(segment.fdb.static_entries.at(0).position.line == 17);
  CHECK(segment.neighbours.at(0).position.line == 20);
}

TEST_CASE("key positions: a file whose lines moved says the same") {
  CHECK(segments_of(kFile) == segments_of("# one line more\n" + std::string(kFile)));
}
