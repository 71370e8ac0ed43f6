#include "support/catch.hpp"
#include "unit/inspect/healthy_facts.hpp"

using namespace vxtap;
using namespace std::chrono_literals;
using Catch::Matchers::StartsWith;
using test::complaint;
using test::healthy_facts;

TEST_CASE("doctor: rp_filter") {
  auto facts = healthy_facts();
  facts.remotes[0].unbound->device = "eth1";
  CHECK(complaint(facts) ==
        "warning rp_filter remote 192.0.2.2:4789: rp_filter is strict on eth0, and the route back leads by "
        "eth1: what "
        "comes from there is dropped -> sysctl -w net.ipv4.conf.eth0.rp_filter=2, or mend the route");
  facts.rp_filter["eth0"] = 2;  // loose
  CHECK(complaint(facts) == "");
  facts.rp_filter["eth0"] = 0;
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: rp_filter of an interface that only answers come in by") {
  auto facts = healthy_facts();
  facts.rp_filter["eth1"] = 1;
  facts.rp_filtered = {12, 12};
  CHECK_THAT(complaint(facts),
             StartsWith("warning rp_filter device eth1: the host's reverse path filters dropped 12 packets; "
                        "this one is strict, and the route back to 192.0.2.2 leads by eth0: what comes from "
                        "there by eth1 is dropped -> sysctl -w net.ipv4.conf.eth1.rp_filter=2"));
  facts.rp_filtered.recent = 0;
  CHECK(complaint(facts) == "");
  facts.rp_filtered.recent = 12;
  facts.rp_filter["eth1"] = 2;  // and eth0 is strict, where the way back leads
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: rp_filter of a host that drops something else") {
  auto facts = healthy_facts();
  facts.rp_filter["eth1"] = 1;
  facts.rp_filtered = {12, 12};
  facts.segments[0].silence = inspect::Silence{2s, 0, 0};
  CHECK(complaint(facts) == "");
  facts.remotes[0].heard = false;
  CHECK_THAT(complaint(facts), StartsWith("warning rp_filter device eth1"));
  facts.remotes[0].heard = true;
  facts.segments[0].silence->lasts = 60s;
  CHECK_THAT(complaint(facts), StartsWith("warning rp_filter device eth1"));
}
