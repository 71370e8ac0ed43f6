#include "config/config.hpp"
#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {
namespace {

/// A segment that suppresses, whose neighbours begin at 4:20.
std::string with_neighbours(const std::string& list) {
  return kHead +
         "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, neighbour_suppression: true,\n"
         "     neighbours:   " +
         list + "}\n";
}

}  // namespace

TEST_CASE("config refuses: neighbours") {
  check_refusals({
      {"no list",
       with_neighbours("{ip: 10.0.0.1}"),
       {"4:20: neighbours is a map; write a list of {ip: ADDRESS, mac: ADDRESS}"}},
      {"an element that is no map",
       with_neighbours("[10.0.0.1]"),
       {"4:21: neighbours[0] is the single value '10.0.0.1'; write keys such as `ip:`"}},
      {"without a MAC",
       with_neighbours("[{ip: 10.0.0.1}]"),
       {"4:21: neighbours[0] is incomplete; write {ip: ADDRESS, mac: ADDRESS}"}},
      {"without anything",
       with_neighbours("[~]"),
       {"4:21: neighbours[0] is incomplete; write {ip: ADDRESS, mac: ADDRESS}"}},
      {"no address",
       with_neighbours("[{ip: host, mac: '02:00:00:00:00:01'}]"),
       {"4:26: neighbours[0].ip 'host' is no IP address; write one such as 192.0.2.1 or 2001:db8::1"}},
      {"multicast",
       with_neighbours("[{ip: 'ff02::1', mac: '02:00:00:00:00:01'}]"),
       {"4:26: neighbours[0].ip 'ff02::1' is a multicast group; write a host's address"}},
      {"unspecified",
       with_neighbours("[{ip: 0.0.0.0, mac: '02:00:00:00:00:01'}]"),
       {"4:26: neighbours[0].ip '0.0.0.0' is the unspecified address; write a host's address"}},
      {"with a scope",
       with_neighbours("[{ip: 'fe80::1%eth0', mac: '02:00:00:00:00:01'}]"),
       {"4:26: neighbours[0].ip 'fe80::1%eth0' has a scope, but its link is the segment; leave out %eth0"}},
      {"multicast MAC",
       with_neighbours("[{ip: 10.0.0.1, mac: '01:00:5e:00:00:01'}]"),
       {"4:41: neighbours[0].mac '01:00:5e:00:00:01' is a multicast address; write a host's address"}},
      {"one address twice",
       with_neighbours("[{ip: 'fd00::1', mac: '02:00:00:00:00:01'},\n"
                       "     {ip: 'fd00:0::1', mac: '02:00:00:00:00:02'}]"),
       {"5:6: neighbours[1] gives fd00::1 a second time, first at line 4; keep one of them"}},
  });
}

TEST_CASE("config: neighbours that nobody is told of are a warning") {
  const auto load = [](const std::string& more) {
    return load_text(
        kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, " + more + "}\n", "f");
  };
  const std::string neighbours = "neighbours: [{ip: 10.0.0.1, mac: '02:00:00:00:00:01'}]";
  const auto silent = load(neighbours);
  CHECK(silent.config.has_value());
  REQUIRE(silent.diagnostics.size() == 1);
  CHECK(to_string(silent.diagnostics[0]) ==
        "f:3:78: warning: neighbours are not answered for without neighbour_suppression; set it to true, or "
        "leave them out");
  CHECK(load(neighbours + ", neighbour_suppression: true").diagnostics.empty());
  CHECK(load("neighbours: []").diagnostics.empty());
}

}  // namespace vxtap::config
