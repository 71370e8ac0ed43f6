#include <set>

#include "lab/observer.hpp"
#include "lab/overlay.hpp"
#include "lab/raw_peers.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// One vxtapd on host 0; hosts 1 and 2 are its remotes and send packets made by hand.

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

constexpr auto kStation = "02:99:00:00:00:01";
constexpr auto kPinned = "02:99:00:00:00:09";
constexpr auto kBothRemotes = "mode: static-flood, remotes: [192.0.2.2, 192.0.2.3]";

bool learns(Vxtapd& daemon, const std::string& mac, const std::string& remote) {
  return eventually([&] { return daemon.learned_remote(mac) == remote; });
}

std::set<std::string> keys(const boost::json::object& object) {
  std::set<std::string> out;
  for (const auto& member : object) out.emplace(member.key());
  return out;
}

std::string station(unsigned number) {
  return "02:99:00:00:01:0" + std::to_string(number);
}

}  // namespace

TEST_CASE("fdb: a source is learned, and moves when it is heard from another remote") {
  Wire wire(3);
  Vxtapd daemon(wire.host(0), segment_config({.self = 0}, kBothRemotes));

  send_encapsulated(wire, 1, kStation, overlay_mac(0));
  REQUIRE(learns(daemon, kStation, "192.0.2.2"));
  CHECK(daemon.stat(42, {"fdb", "learned"}) == 1);
  send_encapsulated(wire, 2, kStation, overlay_mac(0));
  REQUIRE(learns(daemon, kStation, "192.0.2.3"));

  CHECK(daemon.stat(42, {"fdb", "moved"}) == 1);
  CHECK(daemon.stat(42, {"fdb", "entries"}) == 1);
  Observer second(wire.host(1), "eth0");
  Observer third(wire.host(2), "eth0");
  send_frame(wire.host(0), "vx42", test_frame(overlay_mac(0), kStation));
  CHECK(third.wait_for(1, Direction::kIn, carries_test_frame));
  CHECK(second.count(Direction::kIn, carries_test_frame) == 0);
}

TEST_CASE("fdb: receiving keeps an entry, sending does not, then flooding resumes") {
  Wire wire(3);
  Vxtapd daemon(wire.host(0), segment_config({.self = 0}, kBothRemotes, "fdb: {ageing: 4s}"));
  const auto talker = station(1);
  const auto listener = station(2);
  send_encapsulated(wire, 1, talker, overlay_mac(0));
  send_encapsulated(wire, 1, listener, overlay_mac(0));
  REQUIRE(learns(daemon, talker, "192.0.2.2"));
  REQUIRE(learns(daemon, listener, "192.0.2.2"));

  const bool listener_aged = eventually([&] {
    send_encapsulated(wire, 1, talker, overlay_mac(0));
    send_frame(wire.host(0), "vx42", test_frame(overlay_mac(0), listener));
    return daemon.fdb(listener).empty();
  });

  CHECK(listener_aged);
  CHECK(daemon.learned_remote(talker) == "192.0.2.2");
  CHECK(daemon.stat(42, {"fdb", "aged"}) == 1);
  Observer second(wire.host(1), "eth0");
  Observer third(wire.host(2), "eth0");
  send_frame(wire.host(0), "vx42", test_frame(overlay_mac(0), listener));
  CHECK(second.wait_for(1, Direction::kIn, carries_test_frame));
  CHECK(third.wait_for(1, Direction::kIn, carries_test_frame));
  CHECK(eventually([&] { return daemon.fdb(talker).empty(); }));
}

TEST_CASE("fdb: static entries of the file are there from the start, lead the way and do not age") {
  Wire wire(3);
  Vxtapd daemon(wire.host(0), segment_config({.self = 0}, "mode: unicast, remote: 192.0.2.2",
                                             "fdb: {ageing: 1s, static: [{mac: \"02:99:00:00:00:09\", "
                                             "remote: 192.0.2.3}]}"));
  Observer second(wire.host(1), "eth0");
  Observer third(wire.host(2), "eth0");

  send_frame(wire.host(0), "vx42", test_frame(overlay_mac(0), kPinned));
  CHECK(third.wait_for(1, Direction::kIn, carries_test_frame));
  CHECK(second.count(Direction::kIn, carries_test_frame) == 0);

  send_encapsulated(wire, 1, kStation, overlay_mac(0));
  REQUIRE(learns(daemon, kStation, "192.0.2.2"));
  REQUIRE(eventually([&] { return daemon.fdb(kStation).empty(); }));  // a whole ageing time went by
  CHECK(daemon.learned_remote(kPinned) == "192.0.2.3");
}

TEST_CASE("fdb: the limit stops learning, not forwarding") {
  Wire wire(3);
  Vxtapd daemon(wire.host(0), segment_config({.self = 0}, kBothRemotes, "fdb: {limit: 3}"));
  Observer tap(wire.host(0), "vx42");

  for (unsigned number = 1; number <= 5; ++number)
    send_encapsulated(wire, 1, station(number), overlay_mac(0));

  REQUIRE(tap.wait_for(5, Direction::kIn, is_test_frame));
  CHECK(eventually([&] { return daemon.stat(42, {"fdb", "refused"}) == 2; }));
  CHECK(daemon.stat(42, {"fdb", "entries"}) == 3);
}

TEST_CASE("fdb: unknown_unicast drop refuses what is not known and floods broadcasts all the same") {
  Wire wire(3);
  Vxtapd daemon(wire.host(0), segment_config({.self = 0}, kBothRemotes, "fdb: {unknown_unicast: drop}"));
  Observer second(wire.host(1), "eth0");

  for (unsigned i = 0; i < 7; ++i) send_frame(wire.host(0), "vx42", test_frame(overlay_mac(0), kStation));
  CHECK(eventually([&] { return daemon.segment_drops(42, "unknown_unicast") == 7; }));
  CHECK(second.count(Direction::kIn, carries_test_frame) == 0);

  send_frame(wire.host(0), "vx42", test_frame(overlay_mac(0), "ff:ff:ff:ff:ff:ff"));
  CHECK(second.wait_for(1, Direction::kIn, carries_test_frame));
  send_encapsulated(wire, 1, kStation, overlay_mac(0));
  REQUIRE(learns(daemon, kStation, "192.0.2.2"));
  send_frame(wire.host(0), "vx42", test_frame(overlay_mac(0), kStation));
  CHECK(second.wait_for(2, Direction::kIn, carries_test_frame));
}

TEST_CASE("fdb: without learning nothing is learned, any source passes and everything floods") {
  Wire wire(3);
  Vxtapd daemon(wire.host(0), segment_config({.self = 0}, kBothRemotes, "fdb: {learning: false}"));
  Observer tap(wire.host(0), "vx42");
  Observer third(wire.host(2), "eth0");

  send_encapsulated(wire, 1, kStation, overlay_mac(0));
  send_encapsulated(wire, 1, "01:00:5e:00:00:01", overlay_mac(0));
  REQUIRE(tap.wait_for(2, Direction::kIn, is_test_frame));

  CHECK(daemon.fdb(kStation).empty());
  CHECK(daemon.stat(42, {"fdb", "entries"}) == 0);
  send_frame(wire.host(0), "vx42", test_frame(overlay_mac(0), kStation));
  CHECK(third.wait_for(1, Direction::kIn, carries_test_frame));
}

TEST_CASE("fdb: show -j has the documented keys and the flood list as the all-zero MAC") {
  Wire wire(3);
  Vxtapd daemon(wire.host(0),
                segment_config({.self = 0}, "mode: static-flood, remotes: [192.0.2.2, \"192.0.2.3:8472\"]",
                               "fdb: {static: [{mac: \"02:99:00:00:00:09\", remote: 192.0.2.3}]}"));
  send_encapsulated(wire, 1, kStation, overlay_mac(0));
  REQUIRE(learns(daemon, kStation, "192.0.2.2"));

  const boost::json::value table = daemon.json({"fdb", "show"});
  for (const auto& row : table.as_array()) {
    CHECK(keys(row.as_object()) ==
          std::set<std::string>{"mac", "vni", "segment", "dst", "port", "state", "origin", "age", "flags"});
    CHECK(row.at("vni") == 42);
    CHECK(row.at("segment") == "blue");
    CHECK(row.at("flags") == boost::json::array{"self"});
    CHECK(row.at("age").is_number());
  }
  const auto flood = daemon.fdb("00:00:00:00:00:00");
  REQUIRE(flood.size() == 2);
  CHECK(flood[0].at("state") == "permanent");
  CHECK(flood[0].at("origin") == "config");
  CHECK(flood[1].at("port") == 8472);
  const auto learned = daemon.fdb(kStation).at(0);
  CHECK(learned.at("state") == "reachable");
  CHECK(learned.at("origin") == "learned");
  CHECK(learned.at("port") == 4789);
  const auto pinned = daemon.fdb(kPinned).at(0);
  CHECK(pinned.at("state") != "reachable");
  CHECK(pinned.at("origin") == "config");
}
