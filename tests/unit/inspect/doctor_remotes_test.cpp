#include <cerrno>

#include "support/catch.hpp"
#include "unit/inspect/healthy_facts.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using test::complaint;
using test::healthy_facts;
using Kind = io::PortAnswer::Kind;

TEST_CASE("doctor: remote_port") {
  auto facts = healthy_facts();
  auto& remote = facts.remotes[0];
  remote.port = io::PortAnswer{Kind::kRefused, ECONNREFUSED};
  CHECK_THAT(complaint(facts),
             StartsWith("error remote_port remote 192.0.2.2:4789: nothing listens on UDP port 4789 "
                        "there -> start the VTEP on 192.0.2.2"));
  remote.elsewhere = 8472;
  CHECK(complaint(facts) ==
        "error remote_port remote 192.0.2.2:4789: nothing listens on UDP port 4789 there, but on 8472 -> set "
        "`port: 8472` "
        "here, or 4789 at the other end (Linux: `dstport 4789`)");
  remote.port = io::PortAnswer{Kind::kFailed, EPERM};
  CHECK_THAT(complaint(facts), ContainsSubstring("this host's firewall"));
  remote.port = io::PortAnswer{Kind::kFailed, EHOSTUNREACH};
  CHECK_THAT(complaint(facts), ContainsSubstring("no host answers there"));
  remote.port = io::PortAnswer{Kind::kFailed, ENETDOWN};
  CHECK_THAT(complaint(facts), ContainsSubstring("network is down"));
  remote.port.reset();
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: path") {
  auto facts = healthy_facts();
  facts.remotes[0].carried = false;
  CHECK_THAT(complaint(facts),
             StartsWith("warning path remote 192.0.2.2:4789: smaller packets arrive, those of 1500 "
                        "bytes do not -> `vxtapctl path-mtu 192.0.2.2`"));
  facts.remotes[0].carried.reset();  // it answers no ping, which is no fault
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: neighbour") {
  auto facts = healthy_facts();
  auto& remote = facts.remotes[0];
  remote.unresolved = remote.remote.address;
  remote.heard = false;
  remote.port = io::PortAnswer{Kind::kFailed, EHOSTUNREACH};  // which says the same
  CHECK(complaint(facts) ==
        "error neighbour remote 192.0.2.2:4789: nobody on eth0 has this address (ARP) -> is the address "
        "right, is the host up, and is it on that link? `ip neigh show 192.0.2.2 dev eth0`");
  remote.unresolved = remote.route->gateway = test::address("192.0.2.9");
  CHECK_THAT(complaint(facts), StartsWith("error neighbour remote 192.0.2.2:4789: the gateway towards it, "
                                          "192.0.2.9, does not answer on eth0 (ARP) -> "));
}
