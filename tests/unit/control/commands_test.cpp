#include "control/commands.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>

#include "support/catch.hpp"
#include "unit/control/command_calls.hpp"
#include "unit/control/fake_daemon.hpp"

using namespace vxtap;
using control::Fault;
using control::FaultCode;
using test::code_of;
using test::run;
namespace json = boost::json;

namespace {

/// All reasons of vxtap's contract, in its order, written out: a reason that goes missing must be noticed
/// here.
std::string drops_with(int too_big, int vni_unknown, int tap_full) {
  return R"({"tap_runt":0,"vlan_unmapped":0,"unknown_unicast":0,"no_remote":0,"storm_control":0,"too_big":)" +
         std::to_string(too_big) +
         R"(,"underlay_send_failed":0,"own_address":0,"header_truncated":0,"vni_flag_missing":0,"vni_unknown":)" +
         std::to_string(vni_unknown) +
         R"(,"source_not_accepted":0,"reserved_bits":0,"inner_truncated":0,"own_mac":0,"inner_source_invalid":0,)"
         R"("fdb_pinned":0,"ecn_invalid":0,"tap_down":0,"tap_full":)" +
         std::to_string(tap_full) + "}";
}

const std::string kBlueShown =
    R"({"vni":42,"name":"blue","ifname":"vx42","operstate":"UP","mtu":1450,"address":"02:00:00:00:00:01",)"
    R"("local":"192.0.2.1","port":4789,"device":"eth0","mode":"static-flood",)"
    R"("remotes":["192.0.2.2:4789","192.0.2.3:8472"],"fdb":{"entries":3,"limit":65536},)"
    R"("tx":{"packets":10,"bytes":1500},"rx":{"packets":20,"bytes":3000000},"drops":7,"tap_kernel_drops":11})";
const std::string kRedShown =
    R"({"vni":7,"name":"red","ifname":"vx7","operstate":"DOWN","mtu":1430,"address":"02:00:00:00:00:02",)"
    R"("local":"2001:db8::1","port":4789,"mode":"multicast-group","group":"[ff05::7]:4789",)"
    R"("fdb":{"entries":0,"limit":100},"tx":{"packets":0,"bytes":0},"rx":{"packets":0,"bytes":0},"drops":0,)"
    R"("tap_kernel_drops":0})";

}  // namespace

TEST_CASE("show: one object a segment, or those of one VNI") {
  test::FakeDaemon daemon;
  CHECK(run(daemon, "show") == "[" + kBlueShown + "," + kRedShown + "]");
  CHECK(run(daemon, "show", R"({"vni":7})") == "[" + kRedShown + "]");

  daemon.segment_reports[1].vni = *Vni::from(42);  // the same VNI on another local address
  CHECK(json::parse(run(daemon, "show", R"({"vni":42})")).as_array().size() == 2);

  daemon.segment_reports.clear();
  CHECK(run(daemon, "show") == "[]");
}

TEST_CASE("show: unicast writes its remote as a list") {
  test::FakeDaemon daemon;
  daemon.segment_reports[0].mode = PeerMode::kUnicast;
  daemon.segment_reports[0].remotes.resize(1);
  const auto shown = json::parse(run(daemon, "show")).at(0);
  CHECK(shown.at("mode") == "unicast");
  CHECK(shown.at("remotes") == json::array{"192.0.2.2:4789"});
}

TEST_CASE("show: the VLAN of a segment that has one") {
  test::FakeDaemon daemon;
  daemon.segment_reports[0].vlan = 100;
  const auto shown = json::parse(run(daemon, "show"));
  CHECK(shown.at(0).at("vlan") == 100);
  CHECK_FALSE(shown.at(1).as_object().contains("vlan"));
}

TEST_CASE("stats: every counter and every reason") {
  test::FakeDaemon daemon;
  const auto blue =
      R"({"vni":42,"name":"blue","tap":"vx42","tx":{"packets":10,"bytes":1500},"rx":{"packets":20,"bytes":3000000},)"
      R"("flooded":6,"drops":)" +
      drops_with(3, 0, 4) +
      R"(,"fdb":{"entries":3,"learned":4,"moved":1,"aged":2,"refused":5},"suppressed":8,)"
      R"("partial_checksum_completed":9,"flooded_copies":12,"tap_kernel_drops":11})";
  const auto red =
      R"({"vni":7,"name":"red","tap":"vx7","tx":{"packets":0,"bytes":0},"rx":{"packets":0,"bytes":0},"flooded":0,)"
      R"("drops":)" +
      drops_with(0, 0, 0) +
      R"(,"fdb":{"entries":0,"learned":0,"moved":0,"aged":0,"refused":0},"suppressed":0,)"
      R"("partial_checksum_completed":0,"flooded_copies":0,"tap_kernel_drops":0})";
  const auto rest = R"("drops":)" + drops_with(100, 77, 0) +
                    R"(,"kernel":{"socket_overflows":13,"trains_refused":14,"superframes_refused":15}})";
  CHECK(run(daemon, "stats") == R"({"segments":[)" + blue + "," + red + "]," + rest);
  CHECK(run(daemon, "stats", R"({"vni":42})") == R"({"segments":[)" + blue + "]," + rest);
}

TEST_CASE("drops: sums over segments and what no segment owns, in packet order") {
  test::FakeDaemon daemon;
  const auto document = json::parse(run(daemon, "drops"));
  const auto& reasons = document.as_array();
  REQUIRE(reasons.size() == kDropReasonCount);
  json::object counts;
  for (const auto& reason : reasons) {
    CHECK(reason.as_object().size() == 4);
    CHECK_FALSE(reason.at("meaning").as_string().empty());
    CHECK_FALSE(reason.at("mend").as_string().empty());
    counts[reason.at("reason").as_string()] = reason.at("count");
  }
  CHECK(control::to_text(counts) == drops_with(103, 77, 4));
}

TEST_CASE("reload tells warnings, and refuses with the daemon's messages") {
  test::FakeDaemon daemon;
  daemon.reload_outcome.messages = {"vxtapd.yaml:3:1: warning: narrow it"};
  CHECK(run(daemon, "reload") == R"({"ok":true,"messages":["vxtapd.yaml:3:1: warning: narrow it"]})");
  CHECK(daemon.reloads == 1);

  daemon.reload_outcome = {false, {"vxtapd.yaml:3:1: bad", "vxtapd.yaml:4:1: worse"}};
  try {
    run(daemon, "reload");
    FAIL("not refused");
  } catch (const Fault& fault) {
    CHECK(fault.code() == FaultCode::kRefused);
    CHECK(fault.messages() == std::vector<std::string>{"vxtapd.yaml:3:1: bad", "vxtapd.yaml:4:1: worse"});
  }
  CHECK(code_of(daemon, "reload", R"({"now":true})") == -32602);
  CHECK(daemon.reloads == 2);
}

TEST_CASE("log sets the level; version is the build's") {
  test::FakeDaemon daemon;
  CHECK(run(daemon, "log", R"({"level":"debug"})") == R"({"ok":true,"messages":[]})");
  CHECK(daemon.level == "debug");
  CHECK(code_of(daemon, "log", R"({"level":"loud"})") == -32000);
  CHECK(code_of(daemon, "log") == -32602);
  CHECK(code_of(daemon, "log", R"({"level":7})") == -32602);
  CHECK(run(daemon, "version") == R"({"vxtapd":"0.1.0"})");
}

TEST_CASE("wrong parameters and unknown things are told apart") {
  test::FakeDaemon daemon;
  CHECK(code_of(daemon, "nosuch") == -32601);
  CHECK(code_of(daemon, "show", R"({"vni":9})") == -32000);
  CHECK(code_of(daemon, "stats", R"({"vni":9})") == -32000);
  CHECK(code_of(daemon, "fdb.show", R"({"vni":9})") == -32000);
  for (const auto* vni : {"-1", "16777216", "4.5", "\"42\"", "null", "18446744073709551615"}) {
    CAPTURE(vni);
    CHECK(code_of(daemon, "show", "{\"vni\":" + std::string(vni) + "}") == -32602);
  }
  CHECK(code_of(daemon, "show", R"({"VNI":42})") == -32602);
}
