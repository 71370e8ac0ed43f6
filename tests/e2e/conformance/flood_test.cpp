#include "conformance/topic.hpp"
#include "lab/overlay.hpp"
#include "support/catch.hpp"

using namespace vxtap::conformance;
using vxtap::lab::Family;

namespace {

Setup flooding(std::vector<Remote> remotes, Family family = Family::kIpv4) {
  return {.family = family, .segments = {{.remotes = std::move(remotes)}}};
}

/// The three remotes with one more in front of them, so that its failure comes first.
std::vector<Remote> behind(const std::string& address, Family family = Family::kIpv4) {
  auto remotes = all_remotes(family);
  remotes.insert(remotes.begin(), {address});
  return remotes;
}

std::string broadcast(Stage& stage) {
  return stage.spread_to(kBroadcast);
}
std::string multicast(Stage& stage) {
  return stage.spread_to("01:00:5e:01:02:03");
}
std::string unknown_unicast(Stage& stage) {
  return stage.spread_to(stage.station());
}

/// What came from one remote must not go to the others.
std::string flood_from_a_remote(Stage& stage) {
  const auto frame = vxtap::lab::test_frame(stage.station(), kBroadcast, 1);
  stage.let_in({vxtap::lab::vxlan(42, frame)});
  stage.spread_to(kBroadcast);
  return std::to_string(stage.copies(frame, 2).size() + stage.copies(frame, 3).size()) + " sent on";
}

std::string to_one_remote(Stage& stage) {
  return stage.spread(stage.frames_to(kBroadcast, 10), {1});
}

}  // namespace

TEST_CASE("conformance: flood") {
  const Family v6 = Family::kIpv6;
  run_topic(
      "flood",
      {
          {"10 broadcasts, at each remote", flooding(all_remotes()), broadcast, "10 10 10"},
          {"10 multicasts", flooding(all_remotes()), multicast, "10 10 10"},
          {"10 to an unknown station", flooding(all_remotes()), unknown_unicast, "10 10 10"},
          {"a broadcast from a remote", flooding(all_remotes()), flood_from_a_remote, "0 sent on"},
          {"10 broadcasts over IPv6", flooding(all_remotes(v6), v6), broadcast, "10 10 10"},
          {"10 to an unknown station over IPv6", flooding(all_remotes(v6), v6), unknown_unicast, "10 10 10"},
          {"10 broadcasts, a remote without a route first", flooding(behind("198.51.100.9")), broadcast,
           "10 10 10"},
          {"10 broadcasts, a remote that is no neighbour first", flooding(behind("192.0.2.99")), broadcast,
           "10 10 10"},
          {"10 broadcasts over IPv6, a remote without a route first",
           flooding(behind("2001:db8:9::9", v6), v6), broadcast, "10 10 10"},
          {"10 broadcasts, one remote only", {}, to_one_remote, "10 0 0"},
      });
}
