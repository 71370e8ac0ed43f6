#include <cerrno>

#include "support/catch.hpp"
#include "unit/inspect/healthy_facts.hpp"

using namespace vxtap;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using test::complaint;
using test::healthy_facts;
using test::healthy_group;

TEST_CASE("doctor: silence") {
  auto facts = healthy_facts();
  facts.remotes[0].heard = false;
  CHECK_THAT(complaint(facts),
             StartsWith("hint silence remote 192.0.2.2:4789: 1000 frames were sent in its segments, "
                        "and none ever came from it -> "));
  facts.segments[0].tx_packets = 3;  // its host only came up
  CHECK(complaint(facts) == "");
  facts.segments[0].tx_packets = 1000;
  facts.segments[0].learning = false;  // nothing tells who was heard
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: silence of a remote that answers no ping either") {
  auto facts = healthy_facts();
  facts.remotes[0].heard = false;
  facts.remotes[0].carried.reset();
  facts.segments[0].tx_packets = 3;
  CHECK_THAT(complaint(facts),
             StartsWith("hint silence remote 192.0.2.2:4789: 3 frames were sent in its segments, and none "
                        "ever came from it, nor does it answer pings -> is the address right, is the host "
                        "up, and does every firewall on the way pass UDP port 4789?"));
  facts.segments[0].tx_packets = 0;
  CHECK_THAT(complaint(facts), StartsWith("hint silence remote 192.0.2.2:4789: 0 frames were sent"));
  facts.segments[0].rx_packets = 1;  // who else can it have been
  CHECK(complaint(facts) == "");
  facts.segments[0].rx_packets = 0;
  facts.remotes[0].asked_size.reset();  // nobody asked
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: silence of a remote while the host asks for addresses behind it") {
  auto facts = healthy_facts();
  facts.remotes[0].heard = false;
  facts.segments[0].tx_packets = 3;
  facts.taps[0].unanswered = 1;
  CHECK_THAT(complaint(facts), StartsWith("hint silence remote 192.0.2.2:4789: 3 frames were sent"));
  facts.segments[0].tx_packets = 2;
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: silence that another check has the reason for") {
  auto facts = healthy_facts();
  facts.remotes[0].heard = false;
  facts.segments[0].silence = inspect::Silence{60s, 100, 100};
  facts.remotes[0].port = io::PortAnswer{io::PortAnswer::Kind::kRefused, ECONNREFUSED};
  CHECK(test::complaints(facts).size() == 1);
  CHECK_THAT(complaint(facts), StartsWith("error remote_port"));
}

TEST_CASE("doctor: a segment that fell silent") {
  auto facts = healthy_facts();
  auto& silence = facts.segments[0].silence.emplace();
  CHECK(complaint(facts) == "");
  silence = {12s, 120, 110};
  CHECK_THAT(complaint(facts),
             StartsWith("hint silence vni 42 blue: last heard 12 s ago, 120 frames sent since to stations "
                        "behind it -> does this host's firewall let UDP port 4789 in"));
  silence = {3s, 120, 110};  // a moment
  CHECK(complaint(facts) == "");
  silence = {3600s, 120, 9};  // what goes one way only, or was answered but for the last
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: silence of a group") {
  auto facts = healthy_group();
  facts.segments[0].tx_packets = 62;
  facts.segments[0].rx_packets = 0;
  facts.remotes[0].heard = false;
  CHECK_THAT(complaint(facts),
             StartsWith("hint silence group 239.1.1.1:4789: 62 frames were sent into its segments by eth0, "
                        "and none ever came from any other member -> ") &&
                 ContainsSubstring("IGMP needs a querier"));
  facts.segments[0].tx_packets = 5;
  CHECK(complaint(facts) == "");
  facts.taps[0].unanswered = 1;
  CHECK_THAT(complaint(facts), StartsWith("hint silence group"));
  facts.remotes[0].joined = false;
  CHECK_THAT(complaint(facts), StartsWith("error membership") && !ContainsSubstring("silence"));
  facts.remotes[0].joined = true;
  facts.segments[0].rx_packets = 1;
  CHECK(complaint(facts) == "");
}
