#include "ctl/render.hpp"

#include <boost/json/parse.hpp>
#include <sstream>
#include <string>

#include "control/commands.hpp"
#include "support/catch.hpp"
#include "unit/control/fake_daemon.hpp"

using namespace vxtap;
namespace json = boost::json;

namespace {

/// What the daemon would send, having gone through text.
json::value document(test::FakeDaemon& daemon, std::string_view method) {
  return json::parse(control::run_command(daemon, method, {}).text);
}

const ctl::Style kPlain(false);

}  // namespace

TEST_CASE("render show") {
  test::FakeDaemon daemon;
  CHECK(ctl::render_show(document(daemon, "show"), kPlain) ==
        R"(VNI 42  blue
  tap      vx42  UP  mtu 1450  02:00:00:00:00:01
  local    192.0.2.1:4789  dev eth0
  mode     static-flood
  remotes  192.0.2.2:4789 192.0.2.3:8472
  fdb      3 of 65536 entries
  tx       10 packets  1.5 KiB
  rx       20 packets  2.9 MiB
  drops    7
  overrun  11 frames found the TAP's queue full

VNI 7  red
  tap    vx7  DOWN  mtu 1430  02:00:00:00:00:02
  local  [2001:db8::1]:4789
  mode   multicast-group
  group  [ff05::7]:4789
  fdb    0 of 100 entries
  tx     0 packets  0 B
  rx     0 packets  0 B
  drops  0
)");
  CHECK(ctl::render_show(json::array(), kPlain) == "no segments\n");
}

TEST_CASE("render fdb") {
  test::FakeDaemon daemon;
  daemon.fdb_reports[2].remote.port = 8472;
  CHECK(ctl::render_fdb(document(daemon, "fdb.show"), kPlain) ==
        "MAC                VNI  SEGMENT  DST                 STATE      ORIGIN   AGE\n"
        "00:00:00:00:00:00   42  blue     192.0.2.2           permanent  config     -\n"
        "02:00:00:00:00:09   42  blue     192.0.2.9           reachable  learned  12s\n"
        "02:00:00:00:00:0a    7  red      [2001:db8::a]:8472  static     control    -\n");
  CHECK(ctl::render_fdb(json::array(), kPlain) == "no entries\n");
}

TEST_CASE("render fdb: flags only where an entry has one of its own") {
  test::FakeDaemon daemon;
  daemon.fdb_reports.erase(daemon.fdb_reports.begin());
  daemon.fdb_reports[0].sticky = true;
  CHECK(ctl::render_fdb(document(daemon, "fdb.show"), kPlain) ==
        "MAC                VNI  SEGMENT  DST          STATE      ORIGIN   AGE  FLAGS\n"
        "02:00:00:00:00:09   42  blue     192.0.2.9    reachable  learned  12s  sticky\n"
        "02:00:00:00:00:0a    7  red      2001:db8::a  static     control    -\n");
}

TEST_CASE("render show: the VLAN of a segment that has one") {
  test::FakeDaemon daemon;
  daemon.segment_reports[1].vlan = 100;
  const auto text = ctl::render_show(document(daemon, "show"), kPlain);
  const std::string line = "\n  vlan   100\n  local  [2001:db8::1]:4789\n";
  CHECK(text.find("vlan") == text.find(line) + 3);
}

TEST_CASE("render flush: how many") {
  CHECK(ctl::render_flushed(json::parse(R"({"flushed":0})"), kPlain) == "flushed 0 entries\n");
  CHECK(ctl::render_flushed(json::parse(R"({"flushed":1})"), kPlain) == "flushed 1 entry\n");
}

TEST_CASE("render mdb") {
  test::FakeDaemon daemon;
  CHECK(ctl::render_mdb(document(daemon, "mdb.show"), kPlain) ==
        "GROUP              VNI  SEGMENT  DST                 STATE      EXPIRES\n"
        "239.1.1.1           42  blue     192.0.2.9           permanent        -\n"
        "01:00:5e:01:01:01    7  red      [2001:db8::a]:8472  temp         1m01s\n");
  CHECK(ctl::render_mdb(json::array(), kPlain) == "no groups\n");
}

TEST_CASE("render stats") {
  test::FakeDaemon daemon;
  daemon.segment_reports.pop_back();
  daemon.daemon_totals = {};
  CHECK(ctl::render_stats(document(daemon, "stats"), kPlain) ==
        R"(VNI 42  blue  vx42
      PACKETS    BYTES
  tx       10     1500
  rx       20  3000000
  flooded                      6
  flooded_copies              12
  fdb entries                  3
  fdb learned                  4
  fdb moved                    1
  fdb aged                     2
  fdb refused                  5
  suppressed                   8
  partial_checksum_completed   9
  tap_kernel_drops            11
  drop too_big                 3
  drop tap_full                4

No segment known
  socket_overflows        0
  trains_refused          0
  superframes_refused     0
  drops                none
)");
}

TEST_CASE("render drops: every reason in 80 columns") {
  test::FakeDaemon daemon;
  const auto text = ctl::render_drops(document(daemon, "drops"), kPlain);
  const std::string start =
      "COUNT  REASON                MEANING, AND WHAT USUALLY MENDS IT\n"
      "    0  tap_runt              frame from the TAP too short, or its offload wrong\n"
      "                             -> look at what writes into the TAP\n"
      "    0  vlan_unmapped         802.1Q VID (or untagged) that no segment of this\n"
      "                             TAP carries\n"
      "                             -> add a segment with that `vlan`, or one without\n"
      "                             for untagged frames, or take the VLAN off the trunk\n";
  CHECK(text.substr(0, start.size()) == start);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
  for (const auto& reason : kDropReasons)
    CHECK(text.find("  " + std::string(reason.name) + " ") != std::string::npos);
}

TEST_CASE("render: a list of remotes is wrapped at 80 columns") {
  test::FakeDaemon daemon;
  daemon.segment_reports[0].remotes.assign(12, test::FakeDaemon::remote("192.0.2.200"));
  std::istringstream lines(ctl::render_show(document(daemon, "show"), kPlain));
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
}

TEST_CASE("render: colour only where asked for") {
  test::FakeDaemon daemon;
  for (const auto* method : {"show", "stats", "drops"}) {
    const auto shown = document(daemon, method);
    const auto render = std::string(method) == "show"    ? ctl::render_show
                        : std::string(method) == "stats" ? ctl::render_stats
                                                         : ctl::render_drops;
    CHECK(render(shown, ctl::Style(false)).find('\033') == std::string::npos);
    CHECK(render(shown, ctl::Style(true)).find("\033[31m") != std::string::npos);
  }
}
