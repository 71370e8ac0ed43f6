#include <algorithm>
#include <csignal>
#include <optional>
#include <sstream>

#include "lab/overlay.hpp"
#include "lab/raw_peers.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

constexpr auto kStation = "02:99:00:00:00:01";
constexpr auto kOther = "02:99:00:00:00:02";

/// One vxtapd, `vxtapctl monitor` beside it, and two VTEPs whose packets are made by hand.
struct Site {
  explicit Site(const Arguments& words, const std::string& more = "")
      : daemon(wire.host(0),
               segment_config({.self = 0}, "mode: static-flood, remotes: [192.0.2.2, 192.0.2.3]", more)) {
    Arguments command{built("vxtapctl"), "-s", daemon.config_file().parent_path() / "control.sock"};
    command.insert(command.end(), words.begin(), words.end());
    monitor.emplace(wire.host(0).thread(), command, std::vector<std::string>{}, directory / "monitor.log");
  }

  void hear(const std::string& mac, std::size_t from) { send_encapsulated(wire, from, mac, overlay_mac(0)); }
  /// Makes events until one is printed, and leaves no entry: from now on none is missed.
  bool follows() {
    const std::string mac = "02:99:00:00:01:01";
    return eventually([&] {
      if (!fdb("add", mac, "192.0.2.2") || !fdb("del", mac, "192.0.2.2")) return false;
      return monitor->log().find(mac) != std::string::npos;
    });
  }
  std::vector<boost::json::object> events() {
    std::vector<boost::json::object> out;
    std::istringstream lines(monitor->log());
    for (std::string line; std::getline(lines, line) && !lines.eof();)
      out.push_back(boost::json::parse(line).as_object());
    return out;
  }
  bool prints(const boost::json::object& wanted) {
    return eventually([&] {
      const auto all = events();
      return std::ranges::find(all, wanted) != all.end();
    });
  }
  bool fdb(const std::string& verb, const std::string& mac, const std::string& remote) {
    return daemon.ctl({"fdb", verb, mac, "--vni", "42", "--remote", remote}).exit_code == 0;
  }

  Wire wire{3};
  Vxtapd daemon;
  TempDirectory directory;
  std::optional<Process> monitor;
};

boost::json::object event(const std::string& action, const std::string& mac, const std::string& remote) {
  return {{"event", "fdb"},    {"action", action}, {"mac", mac},  {"vni", 42},
          {"segment", "blue"}, {"dst", remote},    {"port", 4789}};
}

boost::json::object event(const std::string& action, const std::string& mac, const std::string& remote,
                          const std::string& from) {
  auto object = event(action, mac, remote);
  object["from"] = from;
  return object;
}

}  // namespace

TEST_CASE("monitor fdb: prints what is learned, moves, ages, is added and deleted") {
  Site site({"-j", "monitor", "fdb"}, "fdb: {ageing: 3s}");
  REQUIRE(site.follows());

  site.hear(kStation, 1);
  CHECK(site.prints(event("learned", kStation, "192.0.2.2")));
  site.hear(kStation, 2);
  CHECK(site.prints(event("moved", kStation, "192.0.2.3", "192.0.2.2")));
  CHECK(site.prints(event("aged", kStation, "192.0.2.3")));

  REQUIRE(site.fdb("add", kOther, "192.0.2.2"));
  CHECK(site.prints(event("added", kOther, "192.0.2.2")));
  REQUIRE(site.fdb("replace", kOther, "192.0.2.3"));
  CHECK(site.prints(event("added", kOther, "192.0.2.3")));
  REQUIRE(site.fdb("del", kOther, "192.0.2.3"));
  CHECK(site.prints(event("deleted", kOther, "192.0.2.3")));
  for (const std::string several : {"00:00:00:00:00:00", "01:00:5e:01:02:03"}) {
    REQUIRE(site.fdb("append", several, "192.0.2.9"));
    CHECK(site.prints(event("added", several, "192.0.2.9")));
    REQUIRE(site.fdb("del", several, "192.0.2.9"));
    CHECK(site.prints(event("deleted", several, "192.0.2.9")));
  }

  site.monitor->signal(SIGINT);
  CHECK(site.monitor->wait(kPatience) == 0);
}

TEST_CASE("monitor fdb: prints what has to make room for a remote with less than its share") {
  Site site({"-j", "monitor", "fdb"}, "fdb: {limit: 2}");
  REQUIRE(site.follows());
  site.hear("02:99:00:00:02:01", 1);
  site.hear("02:99:00:00:02:02", 1);
  site.hear(kStation, 2);
  CHECK(site.prints(event("learned", kStation, "192.0.2.3")));
  CHECK(eventually([&] {
    const auto all = site.events();
    return std::ranges::any_of(all, [](const boost::json::object& one) {
      return one.at("action") == "deleted" && one.at("dst") == "192.0.2.2";
    });
  }));
}

TEST_CASE("monitor fdb: prints what is flushed, and by whom a MAC is claimed that moves too often") {
  Site site({"-j", "monitor", "fdb"});
  REQUIRE(site.follows());
  site.hear(kStation, 1);
  REQUIRE(site.prints(event("learned", kStation, "192.0.2.2")));
  REQUIRE(site.daemon.ctl({"fdb", "flush"}).exit_code == 0);
  CHECK(site.prints(event("deleted", kStation, "192.0.2.2")));

  for (unsigned move = 0; move <= 5; ++move) {
    site.hear(kOther, move % 2 == 0 ? 1 : 2);
    const std::string there = move % 2 == 0 ? "192.0.2.2" : "192.0.2.3";
    REQUIRE(eventually([&] { return site.daemon.learned_remote(kOther) == there; }));
  }
  site.hear(kOther, 1);
  CHECK(site.prints(event("held", kOther, "192.0.2.3", "192.0.2.2")));
}

TEST_CASE("monitor: one topic is that alone, without any all are printed") {
  const bool all = GENERATE(true, false);
  CAPTURE(all);
  Site site(all ? Arguments{"-j", "monitor"} : Arguments{"-j", "monitor", "fdb"});
  REQUIRE(site.follows());
  REQUIRE(site.daemon.ctl({"reload"}).exit_code == 0);
  site.hear(kStation, 1);
  REQUIRE(site.prints(event("learned", kStation, "192.0.2.2")));
  const auto events = site.events();
  CHECK(std::ranges::any_of(events, [](const auto& one) { return one.at("event") == "config"; }) == all);
}

TEST_CASE("monitor: as text, and the daemon's end is told") {
  Site site({"monitor", "fdb"});
  REQUIRE(site.follows());
  site.hear(kStation, 1);
  CHECK(eventually([&] {
    const std::string log = site.monitor->log();
    const auto at = log.find(kStation);
    return at != std::string::npos && log.find("192.0.2.2", at) != std::string::npos;
  }));
  site.daemon.stop();
  CHECK(site.monitor->wait(kPatience) == 3);
}
