#include "ctl/segment_name.hpp"

#include <boost/json/parse.hpp>
#include <string>

#include "ctl/client.hpp"
#include "support/catch.hpp"
#include "unit/control/fake_daemon.hpp"
#include "unit/control/running_server.hpp"
#include "unit/vxtapctl/tool.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using test::run_tool;

namespace {

std::string refusal(const char* segments, const std::string& name) {
  try {
    ctl::vni_of_name(boost::json::parse(segments), name);
  } catch (const ctl::Refused& refused) {
    return refused.what();
  }
  return {};
}

}  // namespace

TEST_CASE("segment name: its VNI, or which names are near it") {
  const auto segments = R"([{"vni":1,"name":"blue"},{"vni":2,"name":"blue-10001"},{"vni":3,"name":"red"}])";
  CHECK(ctl::vni_of_name(boost::json::parse(segments), "blue") == 1);
  CHECK(ctl::vni_of_name(boost::json::parse(segments), "red") == 3);
  CHECK(refusal(segments, "bleu") == "segment `bleu`: no segment has this name; did you mean blue?");
  CHECK(refusal(segments, "blu") ==
        "segment `blu`: no segment has this name; did you mean blue, blue-10001?");
  CHECK(refusal(segments, "qqq") == "segment `qqq`: no segment has this name; `vxtapctl show` lists them");
}

TEST_CASE("segment name: one that several VNIs have is refused") {
  CHECK(refusal(R"([{"vni":5,"name":"a"},{"vni":4,"name":"a"}])", "a") ==
        "segment `a`: the VNIs 4, 5 have this name; give the VNI");
  CHECK(ctl::vni_of_name(boost::json::parse(R"([{"vni":5,"name":"a"},{"vni":5,"name":"a"}])"), "a") == 5);
}

TEST_CASE("segment name: serves wherever a VNI does, and what is a number stays a VNI") {
  test::FakeDaemon daemon;
  daemon.segment_reports[1].name = "42";  // whose VNI is 7
  const test::TempDirectory directory;
  const auto path = (directory / "control.sock").string();
  const test::RunningServer server(daemon, {path, ""});
  CHECK(run_tool({"-s", path, "-j", "show", "blue"}).out == run_tool({"-s", path, "-j", "show", "42"}).out);
  CHECK(run_tool({"-s", path, "-j", "fdb", "show", "--vni", "blue"}).out ==
        run_tool({"-s", path, "-j", "fdb", "show", "--vni", "42"}).out);
  CHECK(run_tool({"-s", path, "fdb", "del", "02:00:00:00:00:09", "--vni", "blue"}).code == 0);
  CHECK(daemon.fdb_changes.at(0).vni == *Vni::from(42));
  const auto unknown = run_tool({"-s", path, "-j", "stats", "--vni", "bluee"});
  CHECK(unknown.code == 1);
  CHECK_THAT(unknown.err, ContainsSubstring("did you mean blue?"));
  CHECK_THAT(unknown.out, ContainsSubstring(R"({"ok":false,"messages":["segment `bluee`)"));
}
