#include "io/path_mtu_cache.hpp"

#include "io/udp_socket.hpp"
#include "own_namespace.hpp"
#include "support/catch.hpp"
#include "support/values.hpp"

using namespace vxtap;
using namespace std::chrono_literals;
using io::PathMtuCache;
using test::OwnNamespace;
using test::remote;
using test::run;

namespace {

const PathMtuCache::TimePoint kStart{std::chrono::hours(1)};

PathMtuCache cache_at(const char* local) {
  return PathMtuCache(io::open_path_probe({test::address(local), 4789, "", 0}), 0);
}

}  // namespace

TEST_CASE("path MTU cache: the interface's MTU, the route's, none without a route") {
  const OwnNamespace ns;
  run("ip link add v0 mtu 1400 type veth peer v1 && ip addr add 192.0.2.1/24 dev v0");
  run("ip addr add 2001:db8::1/64 dev v0 nodad && ip link set v0 up && ip link set v1 up");
  run("ip route add 198.51.100.0/24 via 192.0.2.9 mtu 1300");
  run("ip -6 route add 2001:db8:1::/64 via 2001:db8::9 mtu 1290");
  PathMtuCache v4 = cache_at("192.0.2.1"), v6 = cache_at("2001:db8::1");
  CHECK(v4.mtu(remote("192.0.2.2"), kStart) == 1400);
  CHECK(v4.mtu(remote("198.51.100.7"), kStart) == 1300);
  CHECK(v4.mtu(remote("203.0.113.1"), kStart) == 0);
  CHECK(v6.mtu(remote("2001:db8::2"), kStart) == 1400);
  CHECK(v6.mtu(remote("2001:db8:1::7"), kStart) == 1290);
  CHECK(v6.mtu(remote("2001:db8:2::1"), kStart) == 0);
}

TEST_CASE("path MTU cache: a changed route is noticed after a second, or at once when sending found out") {
  const OwnNamespace ns;
  run("ip link add v0 mtu 1400 type veth peer v1 && ip addr add 192.0.2.1/24 dev v0");
  run("ip link set v0 up && ip link set v1 up");
  PathMtuCache cache = cache_at("192.0.2.1");
  REQUIRE(cache.mtu(remote("192.0.2.2"), kStart) == 1400);
  run("ip link set v0 mtu 1350");
  CHECK(cache.mtu(remote("192.0.2.2"), kStart + 999ms) == 1400);
  CHECK(cache.mtu(remote("192.0.2.2"), kStart + 1s) == 1350);
  run("ip link set v0 mtu 1320");
  cache.forget(remote("192.0.2.3"));
  CHECK(cache.mtu(remote("192.0.2.2"), kStart + 1s) == 1350);
  cache.forget(remote("192.0.2.2"));
  CHECK(cache.mtu(remote("192.0.2.2"), kStart + 1s) == 1320);
}
