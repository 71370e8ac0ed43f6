#include "config/suggestion.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "config/keys.hpp"
#include "support/catch.hpp"

namespace vxtap::config {

TEST_CASE("suggestion: the nearest key, when one is near") {
  constexpr std::array<std::string_view, 5> kKnown = {"mode", "remote", "group", "remotes", "ip"};
  const auto suggest = [&](std::string_view word) { return nearest(word, kKnown).value_or("nothing"); };
  CHECK(suggest("remot") == "remote");
  CHECK(suggest("remtoe") == "remote");
  CHECK(suggest("remotess") == "remotes");
  CHECK(suggest("Mode") == "mode");
  CHECK(suggest("grp") == "nothing");
  CHECK(suggest("ips") == "ip");
  CHECK(suggest("") == "nothing");
  CHECK(suggest("address") == "nothing");
  CHECK(suggest(std::string(4096, 'r')) == "nothing");
}

TEST_CASE("known_keys: every key of the file, once") {
  const auto keys = known_keys();
  CHECK(std::set<std::string>(keys.begin(), keys.end()).size() == keys.size());
  for (const auto* key :
       {"log.level", "control.socket", "control.group", "metrics.listen", "workers", "busy_poll",
        "underlay.local", "underlay.require_device", "underlay.flow_label", "segments", "segments[].vni",
        "segments[].underlay", "segments[].tap.name", "segments[].peers.remotes", "segments[].fdb.static",
        "segments[].fdb.static[].mac", "segments[].storm_control.unknown_unicast",
        "segments[].neighbours[].ip", "segments[].multicast_snooping"}) {
    INFO(key);
    CHECK(std::count(keys.begin(), keys.end(), key) == 1);
  }
  CHECK(keys.size() == 61);
}

}  // namespace vxtap::config
