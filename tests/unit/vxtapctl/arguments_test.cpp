#include "ctl/arguments.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/vxtapctl/tool.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using test::run_tool;

namespace {

ctl::Arguments parsed(const std::vector<std::string>& words) {
  std::vector<const char*> argv{"vxtapctl"};
  for (const auto& word : words) argv.push_back(word.c_str());
  const auto result = ctl::parse_arguments(static_cast<int>(argv.size()), argv.data());
  if (const auto* notice = std::get_if<ctl::Notice>(&result)) FAIL(notice->text);
  return std::get<ctl::Arguments>(result);
}

}  // namespace

TEST_CASE("arguments: defaults") {
  const auto arguments = parsed({"show"});
  CHECK(arguments.command == ctl::Command::kShow);
  CHECK(arguments.socket == "/run/vxtapd/control.sock");
  CHECK(arguments.timeout == std::chrono::seconds(5));
  CHECK_FALSE(arguments.json);
  CHECK(arguments.params.empty());
}

TEST_CASE("arguments: options stand before or behind the command") {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"-s", "/x", "-j", "--timeout", "250ms", "fdb", "show", "--vni", "42"},
           {"fdb", "show", "--vni", "42", "-s", "/x", "-j", "--timeout", "250ms"},
           {"fdb", "-s", "/x", "show", "-j", "--vni=42", "--timeout=250ms"}}) {
    const auto arguments = parsed(words);
    CHECK(arguments.command == ctl::Command::kFdbShow);
    CHECK(arguments.socket == "/x");
    CHECK(arguments.json);
    CHECK(arguments.timeout == std::chrono::milliseconds(250));
    CHECK(control::to_text(arguments.params) == R"({"vni":42})");
  }
}

TEST_CASE("arguments: each command and its parameters") {
  using ctl::Command;
  CHECK(control::to_text(parsed({"show", "16777215"}).params) == R"({"vni":16777215})");
  CHECK(control::to_text(parsed({"fdb", "show", "--mac", "02:00:00:00:00:09", "--remote", "2001:db8::9",
                                 "--state", "static"})
                             .params) ==
        R"({"mac":"02:00:00:00:00:09","remote":"2001:db8::9","state":"static"})");
  CHECK(parsed({"stats", "--vni", "0"}).command == Command::kStats);
  CHECK(parsed({"drops"}).command == Command::kDrops);
  CHECK(parsed({"reload"}).command == Command::kReload);
  CHECK(parsed({"check", "f.yaml"}).command == Command::kCheck);
  CHECK(parsed({"check", "f.yaml"}).file == "f.yaml");
  CHECK(parsed({"log", "debug"}).command == Command::kLog);
  CHECK(control::to_text(parsed({"log", "debug"}).params) == R"({"level":"debug"})");
  CHECK(parsed({"version"}).command == Command::kVersion);
  CHECK(parsed({"--timeout", "2m", "drops"}).timeout == std::chrono::minutes(2));
  CHECK(parsed({"--timeout", "7s", "drops"}).timeout == std::chrono::seconds(7));
}

TEST_CASE("arguments: changes of the FDB") {
  using ctl::Command;
  const auto change = [](std::vector<std::string> words, const std::vector<std::string>& more = {}) {
    words.insert(words.end(), more.begin(), more.end());
    return control::to_text(parsed(words).params);
  };
  const std::vector<std::string> add{"fdb", "add", "02:00:00:00:00:09", "--vni", "42", "--remote"};
  const std::string start = R"({"mac":"02:00:00:00:00:09","vni":42,"remote":)";
  CHECK(change(add, {"192.0.2.9"}) == start + R"("192.0.2.9"})");
  CHECK(change(add, {"192.0.2.9:8472"}) == start + R"("192.0.2.9","port":8472})");
  CHECK(change(add, {"[2001:db8::9]:8472"}) == start + R"("2001:db8::9","port":8472})");
  CHECK(change(add, {"192.0.2.9", "--static"}) == start + R"("192.0.2.9","state":"static"})");
  CHECK(change(add, {"192.0.2.9", "--permanent"}) == start + R"("192.0.2.9","state":"permanent"})");
  CHECK(change(add, {"192.0.2.9", "--dynamic", "--sticky"}) ==
        start + R"("192.0.2.9","state":"reachable","sticky":true})");
  CHECK(parsed({"fdb", "add", "02:00:00:00:00:09", "--vni", "1", "--remote", "::1"}).command ==
        Command::kFdbAdd);
  CHECK(parsed({"fdb", "append", "00:00:00:00:00:00", "--vni", "1", "--remote", "::1"}).command ==
        Command::kFdbAppend);
  CHECK(parsed({"fdb", "replace", "02:00:00:00:00:09", "--vni", "1", "--remote", "::1"}).command ==
        Command::kFdbReplace);
  CHECK(parsed({"fdb", "del", "02:00:00:00:00:09", "--vni", "1", "--remote", "::1"}).command ==
        Command::kFdbDelete);
  CHECK(change({"fdb", "del", "02:00:00:00:00:09", "--vni", "1"}) ==
        R"({"mac":"02:00:00:00:00:09","vni":1})");
  CHECK(parsed({"fdb", "flush"}).command == Command::kFdbFlush);
  CHECK(change({"fdb", "flush", "--vni", "7", "--remote", "192.0.2.9", "--state", "static"}) ==
        R"({"vni":7,"remote":"192.0.2.9","state":"static"})");
}

TEST_CASE("arguments: the multicast database") {
  using ctl::Command;
  CHECK(parsed({"mdb", "show"}).command == Command::kMdbShow);
  CHECK(control::to_text(parsed({"mdb", "show", "--vni", "7"}).params) == R"({"vni":7})");
  const auto add = parsed({"mdb", "add", "239.1.1.1", "--vni", "7", "--remote", "192.0.2.9:1"});
  CHECK(add.command == Command::kMdbAdd);
  CHECK(control::to_text(add.params) == R"({"group":"239.1.1.1","vni":7,"remote":"192.0.2.9","port":1})");
  CHECK(parsed({"mdb", "del", "01:00:5e:01:01:01", "--vni", "7", "--remote", "::1"}).command ==
        Command::kMdbDelete);
}

TEST_CASE("arguments: monitor takes topics") {
  CHECK(parsed({"monitor"}).command == ctl::Command::kMonitor);
  CHECK(parsed({"monitor"}).params.empty());
  CHECK(control::to_text(parsed({"monitor", "fdb", "-j"}).params) == R"({"topics":["fdb"]})");
  CHECK(control::to_text(parsed({"-j", "monitor", "config", "fdb"}).params) ==
        R"({"topics":["config","fdb"]})");
}

TEST_CASE("arguments: --watch with and without a period, top") {
  using std::chrono::milliseconds;
  CHECK_FALSE(parsed({"stats"}).watch);
  CHECK(parsed({"stats", "--watch"}).watch == milliseconds(1000));
  CHECK(parsed({"drops", "--watch", "-j"}).watch == milliseconds(1000));
  CHECK(parsed({"drops", "--watch", "0.1"}).watch == milliseconds(100));
  CHECK(parsed({"stats", "--watch=2.5", "--vni", "7"}).watch == milliseconds(2500));
  CHECK(parsed({"stats", "--watch", "--vni", "7"}).watch == milliseconds(1000));
  CHECK(parsed({"stats", "--vni", "7", "--watch", "3600"}).watch == milliseconds(3'600'000));
  CHECK(parsed({"top"}).command == ctl::Command::kTop);
}

TEST_CASE("arguments: a name in the place of a VNI") {
  const auto named = parsed({"fdb", "show", "--vni", "blue"});
  CHECK(named.segment == "blue");
  CHECK(named.params.empty());
  CHECK(parsed({"show", "vni-42"}).segment == "vni-42");
  CHECK(parsed({"show", "42"}).segment.empty());
}

TEST_CASE("usage errors exit 2 and name the word") {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{}, "subcommand is required"},
      {{"nosuch"}, "nosuch"},
      {{"fdb"}, "subcommand is required"},
      {{"show", "42", "43"}, "43"},
      {{"show", ""}, ": not a VNI"},
      {{"show", "16777216"}, "16777216: not a VNI"},
      {{"stats", "--vni", "99999999999"}, "99999999999: not a VNI"},
      {{"fdb", "show", "--mac", "02:00"}, "02:00: not a MAC address"},
      {{"fdb", "show", "--remote", "host"}, "host: not an IP address"},
      {{"fdb", "show", "--state", "learned"}, "learned: not permanent"},
      {{"log"}, "LEVEL"},
      {{"monitor", "links"}, "links: not one of fdb, drops, segments and config"},
      {{"monitor", "fdb", "taps"}, "taps: not one of fdb"},
      {{"mdb"}, "subcommand is required"},
      {{"fdb", "add"}, "required"},
      {{"fdb", "add", "02:00:00:00:00:09", "--remote", "192.0.2.9"}, "--vni is required"},
      {{"fdb", "add", "02:00:00:00:00:09", "--vni", "42"}, "--remote is required"},
      {{"fdb", "append", "02:00:00:00:00:09", "--vni", "42"}, "--remote is required"},
      {{"fdb", "replace", "02:00:00:00:00:09", "--vni", "42"}, "--remote is required"},
      {{"fdb", "del", "--vni", "42"}, "MAC is required"},
      {{"fdb", "del", "02:00", "--vni", "42"}, "02:00: not a MAC address"},
      {{"fdb", "del", "02:00:00:00:00:09", "--vni", "42", "--remote", "192.0.2.9:0"},
       "192.0.2.9:0: not an address"},
      {{"fdb", "del", "02:00:00:00:00:09", "--vni", "42", "--static", "--dynamic"}, "--static excludes"},
      {{"fdb", "del", "02:00:00:00:00:09", "--vni", "42", "--dynamic", "--permanent"}, "excludes"},
      {{"fdb", "flush", "--remote", "192.0.2.9:4789"}, "not an IP address"},
      {{"mdb", "add", "all", "--vni", "42", "--remote", "192.0.2.9"}, "all: not an IP or MAC address"},
      {{"mdb", "del", "239.1.1.1", "--vni", "42"}, "--remote is required"},
      {{"check"}, "FILE"},
      {{"stats", "--watch", "0"}, "0: not a number of seconds"},
      {{"stats", "--watch", "0.09"}, "0.09: not a number of seconds"},
      {{"drops", "--watch", "3601"}, "3601: not a number of seconds"},
      {{"drops", "--watch", "1s"}, "1s: not a number of seconds"},
      {{"drops", "--watch", "nan"}, "nan: not a number of seconds"},
      {{"top", "now"}, "now"},
      {{"top", "-j"}, "top: a screen is no JSON; use `vxtapctl -j stats --watch`"},
      {{"drops", "--bogus"}, "--bogus"},
      {{"--timeout", "5", "drops"}, "5: not a duration"},
      {{"--timeout", "0s", "drops"}, "0s: not a duration"},
      {{"--timeout", "99999h", "drops"}, "not a duration"},
      {{"--timeout", "4294967295m", "drops"}, "not a duration"},
      {{"drops", "-s"}, "-s"}};
  for (const auto& [words, expected] : cases) {
    const auto result = run_tool(words);
    CAPTURE(words);
    CHECK(result.code == 2);
    if (std::find(words.begin(), words.end(), "-j") == words.end()) CHECK(result.out == "");
    CHECK_THAT(result.err, ContainsSubstring(expected));
  }
}

TEST_CASE("--help and --version succeed on standard output") {
  const auto help = run_tool({"--help"});
  CHECK(help.code == 0);
  CHECK_THAT(help.out, ContainsSubstring("Subcommands:"));
  CHECK(run_tool({"fdb", "show", "--help"}).code == 0);
  CHECK(run_tool({"--version"}).out == "vxtapctl 0.1.0\n");
}
