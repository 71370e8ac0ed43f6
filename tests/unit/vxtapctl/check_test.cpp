#include "ctl/check.hpp"

#include "support/catch.hpp"
#include "support/files.hpp"
#include "unit/control/running_server.hpp"
#include "unit/vxtapctl/tool.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using test::run_tool;

TEST_CASE("check: the document lists every diagnostic") {
  config::LoadResult result;
  result.diagnostics = {
      {config::Diagnostic::Severity::kWarning, "f.yaml", {3, 5}, "narrow it"},
      {config::Diagnostic::Severity::kError, "f.yaml", {7, 1}, "segments.blue.vni: 0: out of range"}};
  CHECK(
      control::to_text(ctl::check_document(result)) ==
      R"({"ok":false,"diagnostics":[{"file":"f.yaml","line":3,"column":5,"severity":"warning","message":"narrow it"},)"
      R"({"file":"f.yaml","line":7,"column":1,"severity":"error","message":"segments.blue.vni: 0: out of range"}]})");
  config::LoadResult good;
  good.config.emplace();
  CHECK(control::to_text(ctl::check_document(good)) == R"({"ok":true,"diagnostics":[]})");
}

TEST_CASE("check: the summary counts segments") {
  config::Config config;
  CHECK(ctl::check_summary("f.yaml", config) == "f.yaml: ok, 0 segments\n");
  config.segments.resize(1);
  CHECK(ctl::check_summary("f.yaml", config) == "f.yaml: ok, 1 segment\n");
}

TEST_CASE("check: a file that is fine, one that is not, and none at all") {
  const test::TempDirectory directory;
  const auto good = (directory / "good.yaml").string();
  test::write_file(good,
                   "underlay:\n  local: 192.0.2.1\nsegments:\n  - vni: 42\n    name: blue\n"
                   "    tap: vx42\n    peers: {mode: unicast, remote: 192.0.2.2}\n");
  const auto fine = run_tool({"check", good});
  CHECK(fine.err == "");
  CHECK(fine.out == good + ": ok, 1 segment\n");
  CHECK(fine.code == 0);
  CHECK(run_tool({"-j", "check", good}).out == "{\"ok\":true,\"diagnostics\":[]}\n");

  const auto bad = (directory / "bad.yaml").string();
  test::write_file(bad, "segmints: []\n");
  const auto refused = run_tool({"check", bad});
  CHECK(refused.code == 1);
  CHECK(refused.out == "");
  CHECK_THAT(refused.err, ContainsSubstring(bad + ":1:"));
  const auto json = run_tool({"-j", "check", bad});
  CHECK(json.code == 1);
  CHECK(json.err == "");
  CHECK_THAT(json.out, ContainsSubstring(R"({"ok":false,"diagnostics":[{"file":")" + bad + R"(","line":1,)"));

  const auto missing = run_tool({"check", (directory / "missing.yaml").string()});
  CHECK(missing.code == 1);
  CHECK_THAT(missing.err, ContainsSubstring("missing.yaml"));
}
