// What others do to a TAP that is served.
#include "faults/fault_site.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

void move(Host& from, Host& to, const std::string& address) {
  from.ip("link set vx42 netns " + std::to_string(to.tid()));
  to.ip("address replace " + address + " dev vx42");
  to.ip("link set vx42 up");
}

}  // namespace

TEST_CASE("faults: a TAP that is set down") {
  FaultSite site;
  site.survive({"TAP set down", [&] { site.near().ip("link set vx42 down"); }, site.grows("tap_down"),
                [&] { site.near().ip("link set vx42 up"); }});
  CHECK(eventually(site.said("tap vx42: down; frames for it are dropped")));
  CHECK(eventually(site.said("tap vx42: up")));
}

TEST_CASE("faults: a TAP that is deleted and made again by a reload") {
  FaultSite site;
  site.survive({"TAP deleted", [&] { site.near().ip("link del vx42"); }, site.grows("tap_down"),
                [&] { CHECK(site.daemon().ctl({"reload"}).exit_code == 0); }});
  CHECK(eventually(site.said("tap vx42: deleted")));
}

TEST_CASE("faults: a TAP that is renamed is served all the time") {
  FaultSite site;
  const auto received = [&] { return site.daemon().stat(42, {"rx", "packets"}); };
  site.near().ip("link set vx42 name ren0");
  const auto before = received();
  site.survive({"TAP renamed", [] {}, [&] { return received() > before + 100; },
                [&] { CHECK(site.daemon().ctl({"reload"}).exit_code == 0); }});
  CHECK(site.said("somebody renamed it to 'ren0'")());
  CHECK(site.drops("tap_down") == 0);
}

TEST_CASE("faults: a TAP in another network namespace is served there, and when it comes back") {
  FaultSite site;
  site.survive({"TAP moved to another namespace", [&] { move(site.near(), site.third(), "10.42.0.1/24"); },
                [&] { return reaches(site.third(), "10.42.0.2"); },
                // up, and with its address, as the file says
                [&] { site.third().ip("link set vx42 netns " + std::to_string(site.near().tid())); }});
  CHECK(site.said("moved to another network namespace")());
  CHECK(eventually(site.said("back in this network namespace")));
}

TEST_CASE(
    "faults: what a TAP in another namespace is spared, and that it is missed when it is deleted there") {
  FaultSite site;
  move(site.near(), site.third(), "10.42.0.1/24");
  REQUIRE(reaches(site.third(), "10.42.0.2"));
  CHECK(site.daemon().ctl({"reload"}).exit_code == 0);
  CHECK(site.daemon().ctl({"doctor"}).exit_code == 0);
  CHECK(reaches(site.third(), "10.42.0.2"));

  site.third().ip("link del vx42");
  CHECK(eventually(site.said("tap vx42: deleted")));
  CHECK(site.daemon().ctl({"reload"}).exit_code == 0);
  CHECK(reaches(site.near(), "10.42.0.2"));
}
