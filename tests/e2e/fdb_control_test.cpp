#include <algorithm>

#include "lab/departures.hpp"
#include "lab/raw_peers.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// One vxtapd on host 0, whose FDB is changed with vxtapctl; hosts 1 to 3 are VTEPs that send packets made by
// hand.

using namespace vxtap::lab;
using Direction = Observer::Direction;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr auto kStation = "02:99:00:00:00:01";
constexpr auto kOther = "02:99:00:00:00:02";
constexpr auto kGroup = "01:00:5e:01:02:03";
constexpr auto kFloodList = "00:00:00:00:00:00";
constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";
constexpr auto kTwoRemotes = "mode: static-flood, remotes: [192.0.2.2, 192.0.2.3]";
const Copies kFlood{"192.0.2.2:4789", "192.0.2.3:4789"};

std::string config_of(const std::string& more = "", const std::string& underlay = "") {
  return "workers: 1\n" + segment_config({.self = 0}, kTwoRemotes, more, underlay);
}

struct Site {
  explicit Site(const std::string& more = "", const std::string& underlay = "")
      : daemon(wire.host(0), config_of(more, underlay)) {}

  CommandResult fdb(const std::string& verb, const std::string& mac, const std::string& remote,
                    const std::string& flag = "") {
    Arguments words{"fdb", verb, mac, "--vni", "42"};
    if (!remote.empty()) words.insert(words.end(), {"--remote", remote});
    if (!flag.empty()) words.push_back(flag);
    return daemon.ctl(words);
  }
  bool done(const std::string& verb, const std::string& mac, const std::string& remote,
            const std::string& flag = "") {
    const auto result = fdb(verb, mac, remote, flag);
    INFO(result.err);
    CHECK(result.err == "");
    return result.exit_code == 0;
  }
  void hear(const std::string& mac, std::size_t from) { send_encapsulated(wire, from, mac, overlay_mac(0)); }

  Wire wire{4, {.tx_offload = false}};
  Vxtapd daemon;
  Departures departures{wire};
};

/// The table without what the clock changes.
boost::json::array ageless(Vxtapd& daemon) {
  boost::json::array rows = daemon.json({"fdb", "show"}).as_array();
  for (auto& row : rows) row.as_object().erase("age");
  return rows;
}

std::int64_t flushed(Site& site, Arguments words) {
  words.insert(words.begin(), {"fdb", "flush"});
  return site.daemon.json(words).at("flushed").to_number<std::int64_t>();
}

}  // namespace

TEST_CASE("fdb control: add, replace and del say where a frame goes") {
  Site site;
  CHECK(site.departures.towards(kStation, 2) == kFlood);

  REQUIRE(site.done("add", kStation, "192.0.2.4"));
  CHECK(site.departures.towards(kStation, 1) == Copies{"192.0.2.4:4789"});
  const auto row = site.daemon.fdb(kStation).at(0);
  CHECK(row.at("state") == "permanent");
  CHECK(row.at("origin") == "control");

  REQUIRE(site.done("replace", kStation, "192.0.2.3:8472", "--static"));
  CHECK(site.departures.towards(kStation, 1) == Copies{"192.0.2.3:8472"});
  CHECK(site.daemon.fdb(kStation).at(0).at("state") == "static");

  REQUIRE(site.done("del", kStation, "192.0.2.3"));
  CHECK(site.daemon.fdb(kStation).empty());
  CHECK(site.departures.towards(kStation, 2) == kFlood);
  CHECK(site.departures.towards(kOther, 2) == kFlood);
}

TEST_CASE("fdb control: replace needs no entry, takes a learned one, and del without --remote any") {
  Site site;
  REQUIRE(site.done("replace", kOther, "192.0.2.3"));
  CHECK(site.departures.towards(kOther, 1) == Copies{"192.0.2.3:4789"});
  site.hear(kStation, 1);
  REQUIRE(eventually([&] { return site.daemon.learned_remote(kStation) == "192.0.2.2"; }));
  REQUIRE(site.done("replace", kStation, "192.0.2.4"));
  CHECK(site.departures.towards(kStation, 1) == Copies{"192.0.2.4:4789"});
  REQUIRE(site.done("del", kStation, ""));
  CHECK(site.departures.towards(kStation, 2) == kFlood);
}

TEST_CASE("fdb control: what cannot be done is refused with its object, cause and mend") {
  Site site("fdb: {limit: 2}");
  REQUIRE(site.done("add", kStation, "192.0.2.2"));
  struct Case {
    std::string verb, mac, remote;
    std::vector<std::string> said;
  };
  const std::vector<Case> cases{
      {"add", kStation, "192.0.2.3", {kStation, "192.0.2.2:4789", "exists", "use replace"}},
      {"append", kStation, "192.0.2.3", {kStation, "192.0.2.2:4789", "multicast", "use replace"}},
      {"del", kStation, "192.0.2.3", {kStation, "192.0.2.3", "no such entry in vni 42"}},
      {"del", kOther, "", {kOther, "no such entry in vni 42"}},
      {"add", kOther, "2001:db8::2", {"2001:db8::2", "address family", "underlay.local 192.0.2.1"}},
      {"add", kOther, "192.0.2.1", {"192.0.2.1", "own address"}},
      {"add", kOther, "239.1.1.1", {"239.1.1.1", "no host", "multicast-group"}},
      {"replace", kGroup, "192.0.2.2", {kGroup, "unicast", "del and append"}},
      {"del", kGroup, "192.0.2.2", {kGroup, "192.0.2.2", "no such"}},
      {"del", kGroup, "", {kGroup, "no such entry", "fdb show"}},
      {"add", kFloodList, "192.0.2.4", {kFloodList, "has remotes", "use append"}},
      {"append", kFloodList, "192.0.2.2", {kFloodList, "192.0.2.2:4789", "flood list"}},
      {"replace", kFloodList, "192.0.2.4", {kFloodList, "del and append"}},
      {"del", kFloodList, "192.0.2.4", {kFloodList, "no such remote", "flood list"}},
      {"del", kFloodList, "", {kFloodList, "which", "give --remote"}},
  };
  const auto before = ageless(site.daemon);
  for (const auto& one : cases) {
    CAPTURE(one.verb, one.mac, one.remote);
    const auto result = site.fdb(one.verb, one.mac, one.remote);
    CHECK(result.exit_code == 1);
    CHECK(result.out == "");
    for (const auto& said : one.said) CHECK_THAT(result.err, ContainsSubstring(said));
  }
  CHECK(ageless(site.daemon) == before);

  const auto elsewhere =
      site.daemon.ctl({"-j", "fdb", "add", kOther, "--vni", "43", "--remote", "192.0.2.2"});
  CHECK(elsewhere.exit_code == 1);
  const auto document = boost::json::parse(elsewhere.out);
  CHECK(document.at("ok") == false);
  CHECK_THAT(std::string(document.at("messages").at(0).as_string()),
             ContainsSubstring("vni 43") && ContainsSubstring("`vxtapctl show`"));
  CHECK(site.daemon.ctl({"fdb", "add", kOther, "--remote", "192.0.2.2"}).exit_code == 2);
}

TEST_CASE("fdb control: the limit counts entries made by hand, a replacement is none") {
  Site site("fdb: {limit: 2}");
  REQUIRE(site.done("add", kStation, "192.0.2.2"));
  REQUIRE(site.done("add", kOther, "192.0.2.2"));
  const auto third = site.fdb("add", "02:99:00:00:00:03", "192.0.2.2");
  CHECK(third.exit_code == 1);
  CHECK_THAT(third.err, ContainsSubstring("blue") && ContainsSubstring("fdb.limit 2") &&
                            ContainsSubstring("raise it, or delete some"));
  CHECK(site.done("replace", kOther, "192.0.2.3"));
  CHECK(site.done("del", kStation, ""));
  CHECK(site.done("add", "02:99:00:00:00:03", "192.0.2.2"));
}

TEST_CASE("fdb control: entries of every kind survive a reload") {
  const std::string learning = GENERATE("true", "false");
  CAPTURE(learning);
  const std::string fdb = "fdb: {learning: " + learning;
  Site site(fdb + "}");
  REQUIRE(site.done("add", kStation, "192.0.2.4"));
  REQUIRE(site.done("add", kOther, "192.0.2.4:8472", "--dynamic"));
  REQUIRE(site.done("append", kGroup, "192.0.2.4"));
  REQUIRE(site.done("append", kFloodList, "192.0.2.4:4790"));
  const auto before = ageless(site.daemon);

  site.daemon.rewrite(config_of(fdb + ", ageing: 200s}"));
  REQUIRE(site.daemon.ctl({"reload"}).exit_code == 0);

  CHECK(ageless(site.daemon) == before);
  CHECK(site.departures.towards(kStation, 1) == Copies{"192.0.2.4:4789"});
  CHECK(site.departures.towards(kOther, 1) == Copies{"192.0.2.4:8472"});
  CHECK(site.departures.towards(kGroup, 1) == Copies{"192.0.2.4:4789"});
  CHECK(site.departures.towards(kBroadcast, 3) ==
        Copies{"192.0.2.2:4789", "192.0.2.3:4789", "192.0.2.4:4790"});
}

TEST_CASE("fdb control: `accept: peers` takes a remote's packets while an entry names it") {
  const std::string mac = GENERATE(kStation, kGroup, kFloodList);
  CAPTURE(mac);
  Site site;
  Observer tap(site.wire.host(0), "vx42");
  const auto counts_as_stranger = [&] {
    const auto before = site.daemon.segment_drops(42, "source_not_accepted");
    site.hear(kOther, 3);
    return eventually([&] { return site.daemon.segment_drops(42, "source_not_accepted") > before; },
                      seconds(5));
  };
  CHECK(counts_as_stranger());
  CHECK(tap.count(Direction::kIn, is_test_frame) == 0);

  REQUIRE(site.done("append", mac, "192.0.2.4"));
  site.hear(kOther, 3);
  CHECK(tap.wait_for(1, Direction::kIn, is_test_frame));

  REQUIRE(site.done("del", mac, "192.0.2.4"));
  CHECK(counts_as_stranger());
  CHECK(tap.count(Direction::kIn, is_test_frame) == 1);
}

TEST_CASE("fdb control: an entry that aged or was flushed accepts no packets any more") {
  const bool flush = GENERATE(true, false);
  CAPTURE(flush);
  Site site(flush ? "" : "fdb: {ageing: 1s}");
  REQUIRE(site.done("add", kStation, "192.0.2.4", "--dynamic"));
  if (flush) CHECK(flushed(site, {}) == 1);
  REQUIRE(eventually([&] { return site.daemon.fdb(kStation).empty(); }));

  CHECK(eventually([&] {
    site.hear(kOther, 3);
    return site.daemon.segment_drops(42, "source_not_accepted") > 0;
  }));
}

TEST_CASE("fdb control: a multicast MAC has as many remotes as are appended") {
  Site site;
  REQUIRE(site.done("append", kGroup, "192.0.2.3"));
  CHECK(site.departures.towards(kGroup, 1) == Copies{"192.0.2.3:4789"});
  REQUIRE(site.done("append", kGroup, "192.0.2.4"));
  CHECK(site.departures.towards(kGroup, 2) == Copies{"192.0.2.3:4789", "192.0.2.4:4789"});
  CHECK(site.daemon.fdb(kGroup).size() == 2);
  const auto ambiguous = site.daemon.ctl({"fdb", "del", kGroup, "--vni", "42"});
  CHECK(ambiguous.exit_code == 1);
  CHECK_THAT(ambiguous.err, ContainsSubstring("which of its remotes? give --remote"));
  CHECK(site.departures.towards("01:00:5e:01:02:04", 2) == kFlood);

  REQUIRE(site.done("del", kGroup, "192.0.2.3"));
  CHECK(site.departures.towards(kGroup, 1) == Copies{"192.0.2.4:4789"});
  REQUIRE(site.daemon.ctl({"fdb", "del", kGroup, "--vni", "42"}).exit_code == 0);  // the only one
  CHECK(site.departures.towards(kGroup, 2) == kFlood);
}

TEST_CASE("fdb control: the all-zero MAC is the flood list") {
  Site site;
  REQUIRE(site.done("append", kFloodList, "192.0.2.4:8472"));
  const Copies three{"192.0.2.2:4789", "192.0.2.3:4789", "192.0.2.4:8472"};
  CHECK(site.departures.towards(kBroadcast, 3) == three);
  CHECK(site.departures.towards(kStation, 3) == three);
  CHECK(site.daemon.fdb(kFloodList).size() == 3);

  REQUIRE(site.done("del", kFloodList, "192.0.2.2"));
  REQUIRE(site.done("del", kFloodList, "192.0.2.4"));
  CHECK(site.departures.towards(kBroadcast, 1) == Copies{"192.0.2.3:4789"});
  REQUIRE(site.done("del", kFloodList, ""));
  const auto before = site.daemon.segment_drops(42, "no_remote");
  send_frame(site.wire.host(0), "vx42", test_frame(overlay_mac(0), kBroadcast));
  CHECK(eventually([&] { return site.daemon.segment_drops(42, "no_remote") > before; }));
}

TEST_CASE("fdb control: static and permanent entries neither age nor move") {
  const std::string flag = GENERATE("--static", "--permanent");
  CAPTURE(flag);
  Site site("fdb: {ageing: 1s}");
  REQUIRE(site.done("add", kStation, "192.0.2.2", flag));
  site.hear(kStation, 2);
  CHECK(eventually([&] { return site.daemon.segment_drops(42, "fdb_pinned") == 1; }));
  site.hear(kOther, 2);
  REQUIRE(eventually([&] { return site.daemon.learned_remote(kOther) == "192.0.2.3"; }));
  REQUIRE(eventually([&] { return site.daemon.fdb(kOther).empty(); }));  // a whole ageing time went by

  CHECK(site.daemon.learned_remote(kStation) == "192.0.2.2");
  CHECK(site.departures.towards(kStation, 1) == Copies{"192.0.2.2:4789"});
}

TEST_CASE("fdb control: a dynamic entry moves and ages as if learned") {
  Site site("fdb: {ageing: 2s}");
  REQUIRE(site.done("add", kStation, "192.0.2.2", "--dynamic"));
  CHECK(site.daemon.fdb(kStation).at(0).at("state") == "reachable");
  site.hear(kStation, 2);
  CHECK(eventually([&] { return site.daemon.learned_remote(kStation) == "192.0.2.3"; }));
  CHECK(site.daemon.stat(42, {"fdb", "moved"}) == 1);
  CHECK(eventually([&] { return site.daemon.fdb(kStation).empty(); }));
  CHECK(site.daemon.stat(42, {"fdb", "aged"}) == 1);
}

TEST_CASE("fdb control: a sticky entry ages but does not move, and its packets pass from elsewhere") {
  Site site("fdb: {ageing: 2s}");
  Observer tap(site.wire.host(0), "vx42");
  Arguments words{"fdb", "add", kStation, "--vni", "42", "--remote", "192.0.2.2", "--dynamic", "--sticky"};
  REQUIRE(site.daemon.ctl(words).exit_code == 0);
  CHECK(site.daemon.fdb(kStation).at(0).at("flags") == boost::json::array{"self", "sticky"});
  site.hear(kStation, 2);
  REQUIRE(tap.wait_for(1, Direction::kIn, is_test_frame));

  const auto rows = site.daemon.fdb(kStation);
  CHECK((rows.empty() || rows.at(0).at("dst") == "192.0.2.2"));
  CHECK(site.daemon.stat(42, {"fdb", "moved"}) == 0);
  CHECK(eventually([&] { return site.daemon.fdb(kStation).empty(); }));
}

TEST_CASE("fdb control: flush takes dynamic entries, others only when their state is named") {
  Site site;
  REQUIRE(site.done("add", kStation, "192.0.2.2"));
  REQUIRE(site.done("add", kOther, "192.0.2.2", "--static"));
  const auto learn_two = [&] {
    site.hear("02:99:00:00:00:0a", 1);
    site.hear("02:99:00:00:00:0b", 2);
    return eventually([&] {
      return site.daemon.learned_remote("02:99:00:00:00:0a") == "192.0.2.2" &&
             site.daemon.learned_remote("02:99:00:00:00:0b") == "192.0.2.3";
    });
  };
  REQUIRE(learn_two());
  CHECK(flushed(site, {"--remote", "192.0.2.3"}) == 1);
  CHECK(site.departures.towards("02:99:00:00:00:0b", 2) == kFlood);
  CHECK(site.departures.towards("02:99:00:00:00:0a", 1) == Copies{"192.0.2.2:4789"});

  REQUIRE(learn_two());
  const auto all = site.daemon.ctl({"fdb", "flush", "--vni", "42"});
  CHECK(all.exit_code == 0);
  CHECK(all.out == "flushed 2 entries\n");
  CHECK(site.departures.towards("02:99:00:00:00:0a", 2) == kFlood);
  CHECK(site.daemon.stat(42, {"fdb", "entries"}) == 2);

  CHECK(flushed(site, {"--state", "static"}) == 1);
  CHECK(site.departures.towards(kOther, 2) == kFlood);
  CHECK(site.departures.towards(kStation, 1) == Copies{"192.0.2.2:4789"});
  CHECK(flushed(site, {"--state", "permanent", "--remote", "192.0.2.2"}) == 1);
  CHECK(site.departures.towards(kStation, 2) == kFlood);
  CHECK(site.daemon.ctl({"fdb", "flush", "--vni", "43"}).exit_code == 1);
}
