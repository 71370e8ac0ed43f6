#include "inspect/path_mtu.hpp"

#include <cerrno>

#include "support/catch.hpp"
#include "unit/inspect/healthy_facts.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using inspect::PathMtu;
using inspect::PathQuestion;

namespace {

PathQuestion question(const std::string& remote = "192.0.2.2") {
  return {test::address(remote),
          {},
          {{*Vni::from(42), "blue", "vx42", 1450}, {*Vni::from(43), "red", "vx43", 1400}}};
}

PathMtu arrived(std::uint32_t mtu) {
  return {.route_mtu = 1500,
          .path_mtu = mtu,
          .verified = true,
          .method = "icmp echo",
          .search = {.answered = true, .exact = true}};
}

}  // namespace

TEST_CASE("inner MTU: 50 bytes less over IPv4, 70 over IPv6") {
  CHECK(inspect::inner_mtu(test::address("192.0.2.2"), 4000) == 3950);
  CHECK(inspect::inner_mtu(test::address("2001:db8::2"), 4000) == 3930);
  CHECK(inspect::inner_mtu(test::address("192.0.2.2"), 0) == 0);
}

TEST_CASE("path-mtu's advice") {
  CHECK(advice(question(), arrived(1500)) == "1500 bytes arrive; every TAP fits");
  CHECK(advice(question(), arrived(1460)) ==
        "1460 bytes arrive; larger than the path carries: vx42 (1450): `ip link set vx42 mtu 1410` and `mtu: "
        "1410` in the "
        "file, or raise the underlay to 1500");
  auto found = arrived(1500);
  found.search.exact = false;
  CHECK_THAT(advice(question(), found), ContainsSubstring("at least 1500 bytes arrive"));
  found = arrived(1400);
  found.search.swallowed = true;
  CHECK_THAT(advice(question(), found), ContainsSubstring("without an ICMP message"));
}

TEST_CASE("path-mtu's advice where nothing is verified") {
  PathMtu found{.route_mtu = 1500, .path_mtu = 1500, .method = "route"};
  CHECK_THAT(advice(question(), found),
             ContainsSubstring("no answer to probes, the route says 1500; a firewall may drop them"));
  found.error = EPERM;
  CHECK_THAT(advice(question(), found), ContainsSubstring("not permitted"));
  CHECK(advice(question(), PathMtu{}) == "no route to 192.0.2.2: add one");
}
