#include "control/fdb_commands.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/values.hpp"
#include "unit/control/command_calls.hpp"
#include "unit/control/fake_daemon.hpp"

using namespace vxtap;
using control::FdbVerb;
using test::code_of;
using test::run;

namespace {

const std::string kFloodEntry =
    R"({"mac":"00:00:00:00:00:00","vni":42,"segment":"blue","dst":"192.0.2.2","port":4789,"state":"permanent",)"
    R"("origin":"config","age":0.0,"flags":["self"]})";
const std::string kLearnedEntry =
    R"({"mac":"02:00:00:00:00:09","vni":42,"segment":"blue","dst":"192.0.2.9","port":4789,"state":"reachable",)"
    R"("origin":"learned","age":12.3,"flags":["self"]})";
const std::string kStaticEntry =
    R"({"mac":"02:00:00:00:00:0a","vni":7,"segment":"red","dst":"2001:db8::a","port":4789,"state":"static",)"
    R"("origin":"control","age":0.0,"flags":["self"]})";

const std::string kDone = R"({"ok":true,"messages":[]})";

}  // namespace

TEST_CASE("fdb.show: every entry, and each filter") {
  test::FakeDaemon daemon;
  CHECK(run(daemon, "fdb.show") == "[" + kFloodEntry + "," + kLearnedEntry + "," + kStaticEntry + "]");
  CHECK(run(daemon, "fdb.show", R"({"vni":42})") == "[" + kFloodEntry + "," + kLearnedEntry + "]");
  CHECK(run(daemon, "fdb.show", R"({"mac":"02-00-00-00-00-0A"})") == "[" + kStaticEntry + "]");
  CHECK(run(daemon, "fdb.show", R"({"remote":"2001:db8:0::a"})") == "[" + kStaticEntry + "]");
  CHECK(run(daemon, "fdb.show", R"({"state":"permanent"})") == "[" + kFloodEntry + "]");
  CHECK(run(daemon, "fdb.show", R"({"vni":42,"state":"reachable","remote":"192.0.2.9"})") ==
        "[" + kLearnedEntry + "]");
  CHECK(run(daemon, "fdb.show", R"({"vni":7,"state":"reachable"})") == "[]");
}

TEST_CASE("fdb.show: a sticky entry says so") {
  test::FakeDaemon daemon;
  daemon.fdb_reports[1].sticky = true;
  const auto shown = run(daemon, "fdb.show", R"({"state":"reachable"})");
  CHECK_THAT(shown, Catch::Matchers::ContainsSubstring(R"("flags":["self","sticky"])"));
}

TEST_CASE("fdb.show refuses filters that say nothing") {
  test::FakeDaemon daemon;
  CHECK(code_of(daemon, "fdb.show", R"({"mac":"02:00"})") == -32602);
  CHECK(code_of(daemon, "fdb.show", R"({"remote":"host"})") == -32602);
  CHECK(code_of(daemon, "fdb.show", R"({"remote":"192.0.2.9:4789"})") == -32602);
  CHECK(code_of(daemon, "fdb.show", R"({"state":"learned"})") == -32602);
  CHECK(code_of(daemon, "fdb.show", R"({"state":1})") == -32602);
}

TEST_CASE("fdb.add: what is said reaches the daemon, the rest has its defaults") {
  test::FakeDaemon daemon;
  CHECK(run(daemon, "fdb.add",
            R"({"vni":42,"mac":"02:00:00:00:00:09","remote":"2001:db8::9","port":8472,"state":"reachable",)"
            R"("sticky":true})") == kDone);
  CHECK(run(daemon, "fdb.append", R"({"vni":0,"mac":"00:00:00:00:00:00","remote":"192.0.2.9"})") == kDone);
  REQUIRE(daemon.fdb_changes.size() == 2);
  const auto& full = daemon.fdb_changes[0];
  CHECK(full.verb == FdbVerb::kAdd);
  CHECK(full.vni == test::vni(42));
  CHECK(full.mac == test::mac("02:00:00:00:00:09"));
  CHECK(full.remote == test::address("2001:db8::9"));
  CHECK(full.port == 8472);
  CHECK(full.state == FdbState::kReachable);
  CHECK(full.sticky);
  const auto& bare = daemon.fdb_changes[1];
  CHECK(bare.verb == FdbVerb::kAppend);
  CHECK(bare.vni == test::vni(0));
  CHECK(bare.mac.is_zero());
  CHECK(bare.port == std::nullopt);
  CHECK(bare.state == FdbState::kPermanent);
  CHECK_FALSE(bare.sticky);
}

TEST_CASE("fdb.replace and fdb.del; only fdb.del may leave the remote out") {
  test::FakeDaemon daemon;
  const std::string whole = R"({"vni":42,"mac":"02:00:00:00:00:09","remote":"192.0.2.9"})";
  const std::string bare = R"({"vni":42,"mac":"02:00:00:00:00:09"})";
  CHECK(run(daemon, "fdb.replace", whole) == kDone);
  CHECK(run(daemon, "fdb.del", whole) == kDone);
  CHECK(run(daemon, "fdb.del", bare) == kDone);
  REQUIRE(daemon.fdb_changes.size() == 3);
  CHECK(daemon.fdb_changes[0].verb == FdbVerb::kReplace);
  CHECK(daemon.fdb_changes[1].verb == FdbVerb::kDelete);
  CHECK(daemon.fdb_changes[1].remote == test::address("192.0.2.9"));
  CHECK(daemon.fdb_changes[2].remote == std::nullopt);
  for (const auto* method : {"fdb.add", "fdb.append", "fdb.replace"})
    CHECK(code_of(daemon, method, bare) == -32602);
  CHECK(daemon.fdb_changes.size() == 3);
}

TEST_CASE("fdb changes: what is missing or wrong never reaches the daemon") {
  test::FakeDaemon daemon;
  for (const auto* params :
       {R"({"mac":"02:00:00:00:00:09","remote":"192.0.2.9"})", R"({"vni":42,"remote":"192.0.2.9"})",
        R"({"vni":42,"mac":"02:00:00:00:00","remote":"192.0.2.9"})",
        R"({"vni":42,"mac":"02:00:00:00:00:09","remote":"192.0.2.9:4789"})",
        R"({"vni":42,"mac":"02:00:00:00:00:09","remote":"192.0.2.9","port":0})",
        R"({"vni":42,"mac":"02:00:00:00:00:09","remote":"192.0.2.9","port":65536})",
        R"({"vni":42,"mac":"02:00:00:00:00:09","remote":"192.0.2.9","port":"4789"})",
        R"({"vni":42,"mac":"02:00:00:00:00:09","remote":"192.0.2.9","state":"dynamic"})",
        R"({"vni":42,"mac":"02:00:00:00:00:09","remote":"192.0.2.9","sticky":1})",
        R"({"vni":42,"mac":"02:00:00:00:00:09","remote":"192.0.2.9","dst":"192.0.2.9"})"}) {
    CAPTURE(params);
    CHECK(code_of(daemon, "fdb.add", params) == -32602);
  }
  CHECK(daemon.fdb_changes.empty());
}

TEST_CASE("fdb changes: the daemon's refusal and its words") {
  test::FakeDaemon daemon;
  daemon.change_outcome = {false, {"VNI 42 lives on two endpoints"}};
  try {
    run(daemon, "fdb.del", R"({"vni":42,"mac":"02:00:00:00:00:09"})");
    FAIL("not refused");
  } catch (const control::Fault& fault) {
    CHECK(fault.code() == control::FaultCode::kRefused);
    CHECK(fault.messages() == std::vector<std::string>{"VNI 42 lives on two endpoints"});
  }
}

TEST_CASE("fdb.flush: the selection, and how many went") {
  test::FakeDaemon daemon;
  CHECK(run(daemon, "fdb.flush") == R"({"flushed":3})");
  CHECK(run(daemon, "fdb.flush", R"({"vni":7,"remote":"192.0.2.9","state":"static"})") == R"({"flushed":3})");
  REQUIRE(daemon.flushes.size() == 2);
  CHECK(daemon.flushes[0].vni == std::nullopt);
  CHECK(daemon.flushes[0].remote == std::nullopt);
  CHECK(daemon.flushes[0].state == std::nullopt);
  CHECK(daemon.flushes[1].vni == test::vni(7));
  CHECK(daemon.flushes[1].remote == test::address("192.0.2.9"));
  CHECK(daemon.flushes[1].state == FdbState::kStatic);
  CHECK(code_of(daemon, "fdb.flush", R"({"vni":9})") == -32000);
  CHECK(code_of(daemon, "fdb.flush", R"({"mac":"02:00:00:00:00:09"})") == -32602);
  CHECK(daemon.flushes.size() == 2);
}
