#include "control/mdb_commands.hpp"

#include <string>
#include <variant>

#include "support/catch.hpp"
#include "support/values.hpp"
#include "unit/control/command_calls.hpp"
#include "unit/control/fake_daemon.hpp"

using namespace vxtap;
using test::code_of;
using test::run;

TEST_CASE("mdb.show: a row for each member, or those of one VNI") {
  const std::string blue =
      R"({"grp":"239.1.1.1","vni":42,"segment":"blue","dst":"192.0.2.9","port":4789,"state":"permanent",)"
      R"("timer":0.0})";
  const std::string red =
      R"({"grp":"01:00:5e:01:01:01","vni":7,"segment":"red","dst":"2001:db8::a","port":8472,"state":"temp",)"
      R"("timer":61.3})";
  test::FakeDaemon daemon;
  CHECK(run(daemon, "mdb.show") == "[" + blue + "," + red + "]");
  CHECK(run(daemon, "mdb.show", R"({"vni":7})") == "[" + red + "]");
  CHECK(code_of(daemon, "mdb.show", R"({"vni":9})") == -32000);
}

TEST_CASE("mdb.add and mdb.del take a group of IP or of Ethernet") {
  test::FakeDaemon daemon;
  run(daemon, "mdb.add", R"({"vni":42,"group":"ff0e::1","remote":"192.0.2.9","port":8472})");
  run(daemon, "mdb.del", R"({"vni":7,"group":"01-00-5E-01-01-01","remote":"2001:db8::a"})");
  REQUIRE(daemon.mdb_changes.size() == 2);
  const auto& added = daemon.mdb_changes[0];
  CHECK(added.add);
  CHECK(added.vni == test::vni(42));
  CHECK(std::get<VtepAddress>(added.group) == test::address("ff0e::1"));
  CHECK(added.remote == test::address("192.0.2.9"));
  CHECK(added.port == 8472);
  const auto& deleted = daemon.mdb_changes[1];
  CHECK_FALSE(deleted.add);
  CHECK(std::get<MacAddress>(deleted.group) == test::mac("01:00:5e:01:01:01"));
  CHECK(deleted.port == std::nullopt);
}

TEST_CASE("mdb changes: what is missing or wrong, and what the daemon refuses") {
  test::FakeDaemon daemon;
  for (const auto* params :
       {R"({"group":"239.1.1.1","remote":"192.0.2.9"})", R"({"vni":42,"remote":"192.0.2.9"})",
        R"({"vni":42,"group":"239.1.1.1"})", R"({"vni":42,"group":"239.1.1","remote":"192.0.2.9"})",
        R"({"vni":42,"group":"239.1.1.1","remote":"192.0.2.9","mac":"01:00:5e:01:01:01"})"}) {
    CAPTURE(params);
    CHECK(code_of(daemon, "mdb.add", params) == -32602);
    CHECK(code_of(daemon, "mdb.del", params) == -32602);
  }
  CHECK(daemon.mdb_changes.empty());
  daemon.change_outcome = {false, {"239.1.1.1: no such member"}};
  CHECK(code_of(daemon, "mdb.del", R"({"vni":42,"group":"239.1.1.1","remote":"192.0.2.9"})") == -32000);
}
